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

const frames = count => new Promise(done => (function next(left) { left ? requestAnimationFrame(() => next(left - 1)) : done(); })(count));

async function settled(scene) {
  const isDone = () => sceneGraph.findAllObjects(scene, one => one instanceof VizPanel).every(panel => {
    const {data} = sceneGraph.getData(panel).state;
    return data && (data.state === 'Done' || data.state === 'Error');
  });
  for (const until = performance.now() + 30_000; !isDone();) {
    if (performance.now() > until) throw new Error('a panel waits for its data in vain');
    await frames(5);
  }
  await document.fonts.ready;
  await frames(20);
}

async function marksOf(dashboard, source, scene, until) {
  const marks = dashboard.annotations.list.filter(({expr}) => expr).map(async ({expr, iconColor}) => {
    const request = {range: scene.state.$timeRange.state.value, scopedVars: {__sceneObject: {value: {valueOf: () => scene}}}};
    const query = source.interpolated({expr, interval: '1m'}, request, 60);
    const {from, to} = request.range;
    const {result} = await source.api('query_range', {query, start: from / 1000, end: to / 1000, step: 15});
    return result.flatMap(({values}) => values.map(([, at]) => ({at: Number(at), colour: iconColor})));
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
      <BrowserRouter><div style={{padding: 16}}><scene.Component model={scene} /></div></BrowserRouter>
    </ThemeContext.Provider>);
  await settled(scene);
  return {seen: seen(dashboard), height: document.documentElement.scrollHeight};
};
