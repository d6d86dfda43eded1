// The kinds of panels, of Grafana's own parts. Grafana's panels themselves aren't in its packages:
// what they do with these parts is here.
import React from 'react';
import {
  cacheFieldDisplayNames,
  FieldMatcherID,
  fieldMatchers,
  FieldType,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  identityOverrideProcessor,
  PanelPlugin,
  VizOrientation,
} from '@grafana/data';
import {BigValue, TimeSeries, VizRepeater} from '@grafana/ui';
import {TableNG} from '@grafana/ui/unstable';
import {sceneUtils} from '@grafana/scenes';
import {fieldOption, theme} from './grafana';
import {Marks} from './marks';
import {StateTimeline} from './timeline';

function NoData() {
  return (
    <div
      data-no-data
      style={{
        display: 'grid',
        placeItems: 'center',
        height: '100%',
        color: theme.colors.text.secondary,
      }}
    >
      No data
    </div>
  );
}

// What is no number isn't drawn, as in Grafana's own.
const finite = value => (Number.isFinite(value) ? value : null);
const drawable = series =>
  series.map(frame => ({
    ...frame,
    fields: frame.fields.map(field =>
      field.type === FieldType.number ? {...field, values: field.values.map(finite)} : field,
    ),
  }));
// When there was a number last.
const lastOf = series =>
  Math.max(
    ...series.flatMap(({fields: [time, value]}) =>
      time.values.filter((_, i) => Number.isFinite(value.values[i])),
    ),
  );
const isEmpty = series => series.every(frame => frame.length === 0 || frame.fields.length === 0);

function Stat({
  data,
  options,
  fieldConfig,
  width,
  height,
  replaceVariables,
  renderCounter,
  timeZone,
}) {
  const values = () =>
    getFieldDisplayValues({
      fieldConfig,
      reduceOptions: options.reduceOptions,
      replaceVariables,
      theme,
      data: data.series,
      timeZone,
    });
  const count = values().length;
  return (
    <VizRepeater
      getValues={values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      source={data}
      width={width}
      height={height}
      renderCounter={renderCounter}
      orientation={VizOrientation.Auto}
      autoGrid
      itemSpacing={3}
      renderValue={({value, width, height, alignmentFactors}) => (
        <div
          data-tile={value.display.title}
          data-colour={options.colorMode === 'background' ? value.display.color : ''}
        >
          <BigValue
            value={value.display}
            count={count}
            width={width}
            height={height}
            theme={theme}
            alignmentFactors={alignmentFactors}
            colorMode={options.colorMode}
            graphMode={options.graphMode}
            justifyMode={options.justifyMode}
            textMode={options.textMode}
          />
        </div>
      )}
    />
  );
}

// As Grafana's own does: headings by the given names, and what newer dashboards say in other words.
function prepared(series) {
  for (const {config} of series.flatMap(({fields}) => fields))
    if (config.custom?.hidden) config.custom.hideFrom = {viz: true};
  cacheFieldDisplayNames(series);
}

function Table({data, options, width, height, fieldConfig, timeRange}) {
  const frame = data.series[0];
  prepared(data.series);
  if (!frame || isEmpty([frame])) return <NoData />;
  return (
    <TableNG
      data={frame}
      width={width}
      height={height}
      sortBy={options.sortBy}
      cellHeight={options.cellHeight}
      fieldConfig={fieldConfig}
      timeRange={timeRange}
      noHeader={!options.showHeader}
      structureRev={data.structureRev}
      enableVirtualization={false}
    />
  );
}

function Graph({data, options, width, height, timeRange, timeZone}) {
  if (isEmpty(data.series)) return <NoData />;
  return (
    <div data-until={lastOf(data.series)}>
      <TimeSeries
        frames={drawable(data.series)}
        structureRev={data.structureRev}
        timeRange={timeRange}
        timeZone={timeZone}
        width={width}
        height={height}
        legend={options.legend}
        fields={{
          x: fieldMatchers.get(FieldMatcherID.firstTimeField).get({}),
          y: fieldMatchers.get(FieldMatcherID.byTypes).get(new Set([FieldType.number])),
        }}
      >
        {config => <Marks config={config} />}
      </TimeSeries>
    </div>
  );
}

function Timeline({data, ...more}) {
  return isEmpty(data.series) ? <NoData /> : <StateTimeline frames={data.series} {...more} />;
}

// custom: the options of a field beyond those that each panel has, and what they are unless said
const PANELS = {
  stat: {panel: Stat, custom: {}},
  table: {
    panel: Table,
    custom: {
      width: undefined,
      minWidth: undefined,
      align: 'auto',
      filterable: false,
      hidden: false,
      hideFrom: undefined,
      inspect: false,
      cellOptions: {type: 'auto'},
    },
  },
  timeseries: {
    panel: Graph,
    custom: {
      drawStyle: 'line',
      lineInterpolation: 'linear',
      lineWidth: 1,
      fillOpacity: 0,
      gradientMode: 'none',
      spanNulls: false,
      showPoints: 'auto',
      pointSize: 5,
      stacking: {mode: 'none', group: 'A'},
      barAlignment: 0,
      barWidthFactor: 0.6,
      axisPlacement: 'auto',
      axisColorMode: 'text',
      axisLabel: '',
      axisSoftMin: undefined,
      axisSoftMax: undefined,
      axisCenteredZero: false,
      axisBorderShow: false,
      scaleDistribution: {type: 'linear'},
      lineStyle: undefined,
      thresholdsStyle: {mode: 'off'},
      hideFrom: {tooltip: false, viz: false, legend: false},
    },
  },
  'state-timeline': {panel: Timeline, custom: {lineWidth: 0, fillOpacity: 70}},
};

export function registerPanels() {
  for (const [pluginId, {panel, custom}] of Object.entries(PANELS)) {
    const plugin = new PanelPlugin(panel).useFieldConfig({
      useCustomConfig: builder => {
        for (const [path, defaultValue] of Object.entries(custom))
          builder.addCustomEditor({...fieldOption(path, identityOverrideProcessor), defaultValue});
      },
    });
    sceneUtils.registerRuntimePanelPlugin({pluginId, plugin});
  }
}
