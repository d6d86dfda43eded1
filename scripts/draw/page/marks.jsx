// The dashboard's annotations, as lines across a graph.
import {useLayoutEffect} from 'react';
import {theme} from './grafana';

let marks = []; // [{at, colour}], in ms
export const setMarks = given => (marks = given);

function draw(plot) {
  const {ctx, bbox} = plot;
  ctx.save();
  ctx.setLineDash([4, 4]);
  for (const {at, colour} of marks) {
    const x = Math.round(plot.valToPos(at, 'x', true));
    ctx.strokeStyle = theme.visualization.getColorByName(colour);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

export function Marks({config}) {
  useLayoutEffect(() => config.addHook('draw', draw), [config]);
  return null;
}
