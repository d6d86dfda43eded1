// A data source for panels and variables that asks as Grafana's own for Prometheus does, which
// isn't in the Apache-licensed packages.
import {FieldType, rangeUtil, toDataFrame} from '@grafana/data';
import {RuntimeDataSource} from '@grafana/scenes';
import {sceneGraph} from '@grafana/scenes';

const seconds = text => rangeUtil.intervalToSeconds(text);
const escaped = value =>
  String(value)
    .replace(/[\\^$*+?.()|{}[\]]/g, '\\\\$&')
    .replace(/"/g, '\\"');

// Several values are a choice of a regular expression; the value for all is one already.
function asMatcher(value, variable) {
  if (!variable.multi && !variable.includeAll)
    return String(value).replace(/\\/g, '\\\\').replace(/"/g, '\\"');
  return Array.isArray(value)
    ? value.length > 1
      ? `(${value.map(escaped).join('|')})`
      : escaped(value[0])
    : escaped(value);
}

export class Prometheus extends RuntimeDataSource {
  // asked: called with each answer; scrapeInterval: as provisioned, "timeInterval"
  constructor({url, scrapeInterval}) {
    super('prometheus', 'prometheus');
    this.url = url;
    this.scrapeInterval = scrapeInterval;
  }

  async api(path, parameters) {
    const answer = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const body = await answer.json();
    if (body.status !== 'success')
      throw new Error(`${body.error} in ${JSON.stringify(parameters)}`);
    return body.data;
  }

  async query(request) {
    const several = request.targets.length > 1;
    return {
      data: (
        await Promise.all(request.targets.map(target => this.asked(target, request, several)))
      ).flat(),
    };
  }

  async asked(target, request, several) {
    const {from, to} = request.range;
    const step = Math.max(
      seconds(target.interval || this.scrapeInterval),
      Math.ceil((to - from) / 1000 / request.maxDataPoints),
    );
    const query = this.interpolated(target, request, step);
    const aligned = time => Math.floor(time / 1000 / step) * step;
    const {result} = target.instant
      ? await this.api('query', {query, time: to / 1000})
      : await this.api('query_range', {query, start: aligned(from), end: aligned(to), step});
    const series = result.map(one => ({labels: one.metric, points: one.values ?? [one.value]}));
    return target.format === 'table'
      ? [asTable(target, series, several)]
      : series.map(one => asSeries(target, one));
  }

  // The variables of time first: they depend on the target's own step.
  interpolated(target, request, step) {
    const {from, to} = request.range;
    const scrape = seconds(target.interval || this.scrapeInterval);
    const own = {
      __interval: `${step}s`,
      __rate_interval: `${Math.max(step + scrape, 4 * scrape)}s`,
      __range: `${Math.round((to - from) / 1000)}s`,
      __from: from.valueOf(),
      __to: to.valueOf(),
    };
    const timed = target.expr.replace(/\$(__\w+)/g, (whole, name) => own[name] ?? whole);
    return sceneGraph.interpolate(
      request.scopedVars.__sceneObject.value.valueOf(),
      timed,
      {},
      asMatcher,
    );
  }

  // label_values(SELECTOR, LABEL), the only question of our variables
  async metricFindQuery({query}, {scopedVars, range}) {
    const text = sceneGraph.interpolate(
      scopedVars.__sceneObject.value.valueOf(),
      query,
      {},
      asMatcher,
    );
    const [, selector, label] = text.match(/^label_values\((.*), *(\w+)\)$/);
    const values = await this.api(`label/${label}/values`, {
      'match[]': selector,
      start: range.from / 1000,
      end: range.to / 1000,
    });
    return values.map(value => ({text: value}));
  }
}

const number = text => ({NaN: NaN, '+Inf': Infinity, '-Inf': -Infinity})[text] ?? Number(text);

function asSeries(target, {labels, points}) {
  const name = target.legendFormat
    .replace(/\{\{ *(\w+) *\}\}/g, (_, label) => labels[label] ?? '')
    .trim();
  return toDataFrame({
    refId: target.refId,
    name,
    meta: {type: 'timeseries-multi'},
    fields: [
      {name: 'Time', type: FieldType.time, config: {}, values: points.map(([at]) => at * 1000)},
      {
        name: 'Value',
        type: FieldType.number,
        labels,
        config: {displayNameFromDS: name},
        values: points.map(([, value]) => number(value)),
      },
    ],
  });
}

function asTable(target, series, several) {
  const rows = series.flatMap(({labels, points}) =>
    points.map(([at, value]) => ({labels, at, value})),
  );
  const names = [...new Set(series.flatMap(({labels}) => Object.keys(labels)))].sort();
  return toDataFrame({
    refId: target.refId,
    fields:
      rows.length === 0
        ? []
        : [
            {name: 'Time', type: FieldType.time, config: {}, values: rows.map(({at}) => at * 1000)},
            ...names.map(name => ({
              name,
              type: FieldType.string,
              config: {filterable: true},
              values: rows.map(({labels}) => labels[name] ?? ''),
            })),
            {
              name: several ? `Value #${target.refId}` : 'Value',
              type: FieldType.number,
              config: {},
              values: rows.map(({value}) => number(value)),
            },
          ],
  });
}
