// Shows one dashboard as it was at one time: window.shown is then {seen}.
import React from 'react';
import {createRoot} from 'react-dom/client';
import {BrowserRouter} from 'react-router-dom';
import {ThemeContext} from '@grafana/data';
import {GlobalStyles} from '@grafana/ui';
import {sceneGraph, sceneUtils, VizPanel} from '@grafana/scenes';
import {setUpGrafana, theme} from './grafana';
import {Prometheus} from './prometheus';
import {registerPanels} from './panels';
import {setMarks} from './marks';
import {sceneOf} from './scene';
import {seen} from './seen';

const frames = count =>
  new Promise(done =>
    (function next(left) {
      left ? requestAnimationFrame(() => next(left - 1)) : done();
    })(count),
  );

// What waits for its data after half a minute is an error.
async function settled(scene) {
  const panels = sceneGraph.findAllObjects(scene, one => one instanceof VizPanel);
  const waits = panel => !['Done', 'Error'].includes(sceneGraph.getData(panel).state.data?.state);
  for (const until = performance.now() + 30_000; panels.some(waits) && performance.now() < until; )
    await frames(5);
  panels.filter(waits).forEach(({state}) => console.error(`"${state.title}" waits for its data`));
  await document.fonts.ready;
  await frames(20);
}

async function marksOf(dashboard, source, scene, until) {
  const marks = dashboard.annotations.list
    .filter(({expr}) => expr)
    .map(async ({expr, iconColor}) => {
      const request = {
        range: scene.state.$timeRange.state.value,
        scopedVars: {__sceneObject: {value: {valueOf: () => scene}}},
      };
      const query = source.interpolated({expr, interval: '1m'}, request, 60);
      const {from, to} = request.range;
      const {result} = await source.api('query_range', {
        query,
        start: from / 1000,
        end: to / 1000,
        step: 15,
      });
      return result.flatMap(({values}) =>
        values.map(([, at]) => ({at: Number(at), colour: iconColor})),
      );
    });
  return (await Promise.all(marks)).flat();
}

window.show = async given => {
  const {dashboard, prometheus, interval} = given;
  await setUpGrafana();
  registerPanels();
  const source = new Prometheus({url: prometheus, scrapeInterval: interval});
  sceneUtils.registerRuntimeDataSource({dataSource: source});
  const scene = sceneOf(dashboard, given);
  setMarks(await marksOf(dashboard, source, scene));
  createRoot(document.getElementById('page')).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <BrowserRouter>
        <div style={{padding: 16}}>
          <scene.Component model={scene} />
        </div>
      </BrowserRouter>
    </ThemeContext.Provider>,
  );
  await settled(scene);
  return {seen: seen(dashboard), height: document.documentElement.scrollHeight};
};
