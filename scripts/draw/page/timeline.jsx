// A state timeline: Grafana's packages have none. A row for each series, a bar for as long as its
// value stays.
import React from 'react';
import {dateTimeFormat, FieldType, getFieldDisplayName} from '@grafana/data';
import {theme} from './grafana';

// [{value, from, to}]: a value holds until the next one; a gap of more than two steps is one.
function runsOf(times, values) {
  const steps = times.slice(1).map((at, i) => at - times[i]);
  const step = Math.min(...steps, 60_000);
  const runs = [];
  times.forEach((at, i) => {
    const last = runs.at(-1);
    if (last && last.value === values[i] && at - last.to <= step) last.to = at + step;
    else runs.push({value: values[i], from: at, to: at + step});
  });
  return runs.filter(({value}) => value !== null);
}

export function StateTimeline({frames, width, height, timeRange, timeZone}) {
  const rows = frames.flatMap(frame => {
    const time = frame.fields.find(({type}) => type === FieldType.time);
    return frame.fields
      .filter(({type}) => type === FieldType.number)
      .map(field => ({
        name: getFieldDisplayName(field, frame, frames),
        field,
        runs: runsOf(time.values, field.values),
      }));
  });
  const [since, until] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const longest = Math.max(...rows.map(({name}) => name.length));
  const left = Math.min(longest * 7.8 + 14, width * 0.4);
  const tall = Math.min((height - 24) / rows.length, 40);
  const place = at =>
    left + Math.max(0, (Math.min(at, until) - since) / (until - since)) * (width - left);
  const text = {position: 'absolute', fontSize: 12, whiteSpace: 'nowrap', overflow: 'hidden'};
  const shown = rows.flatMap(({name, field, runs}, i) => [
    <div
      key={name}
      data-row
      title={name}
      style={{...text, left: 0, width: left - 6, top: (i + 0.5) * tall - 9, textAlign: 'right'}}
    >
      {name}
    </div>,
    ...runs.map(({value, from, to}) => {
      const {text: words, color} = field.display(value);
      return (
        <div
          key={name + from}
          data-run
          data-until={to}
          data-colour={color}
          style={{
            ...text,
            left: place(from),
            width: Math.max(place(to) - place(from), 1),
            top: i * tall + 2,
            height: tall - 4,
            lineHeight: `${tall - 4}px`,
            background: color,
            color: theme.colors.getContrastText(color),
            paddingLeft: 4,
            boxSizing: 'border-box',
          }}
        >
          {place(to) - place(from) > words.length * 7 + 8 ? words : ''}
        </div>
      );
    }),
  ]);
  const ticks = Array.from({length: 6}, (_, i) => since + ((i + 0.5) * (until - since)) / 6);
  return (
    <div style={{position: 'relative', width, height}}>
      {shown}
      {ticks.map(at => (
        <div
          key={at}
          style={{
            ...text,
            color: theme.colors.text.secondary,
            left: place(at) - 16,
            top: rows.length * tall + 4,
          }}
        >
          {dateTimeFormat(at, {format: 'HH:mm', timeZone})}
        </div>
      ))}
    </div>
  );
}
