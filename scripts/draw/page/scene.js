// A dashboard's JSON as a scene of Grafana's.
import {
  CustomVariable,
  EmbeddedScene,
  QueryVariable,
  SceneControlsSpacer,
  SceneDataTransformer,
  SceneGridItem,
  SceneGridLayout,
  SceneGridRow,
  SceneQueryRunner,
  SceneTimePicker,
  SceneTimeRange,
  SceneVariableSet,
  TextBoxVariable,
  VariableValueSelectors,
  VizPanel,
} from '@grafana/scenes';

const SOURCE = {type: 'prometheus', uid: 'prometheus'};

// `values`: what is chosen where a variable has no "All"
function variable(given, values) {
  const {name, label, hide} = given;
  const shared = {name, label, hide, skipUrlSync: true};
  if (given.type === 'datasource')
    return new CustomVariable({
      ...shared,
      query: 'prometheus',
      value: 'prometheus',
      text: 'prometheus',
    });
  if (given.type === 'textbox') return new TextBoxVariable({...shared, value: given.query});
  const {multi: isMulti, includeAll, allValue, refresh, sort, query, regex} = given;
  const chosen = includeAll
    ? {value: ['$__all'], text: ['All']}
    : {value: values[name], text: values[name]};
  return new QueryVariable({
    ...shared,
    datasource: SOURCE,
    query,
    regex,
    refresh,
    sort,
    isMulti,
    includeAll,
    allValue,
    defaultToAll: includeAll,
    ...chosen,
  });
}

function panel(given) {
  const {title, description, type, options, fieldConfig, id} = given;
  const queries = given.targets.map(target => ({...target, datasource: SOURCE}));
  const $data = new SceneDataTransformer({
    $data: new SceneQueryRunner({
      datasource: SOURCE,
      queries,
      maxDataPointsFromWidth: type !== 'table',
    }),
    transformations: given.transformations,
  });
  return new VizPanel({
    key: `panel-${id}`,
    title,
    description,
    pluginId: type,
    options,
    fieldConfig,
    $data,
  });
}

const place = ({x, y, w, h}) => ({
  x,
  y,
  width: w,
  height: h,
  isDraggable: false,
  isResizable: false,
});

// Rows hold what follows them.
function layout(panels) {
  const children = [];
  for (const given of panels) {
    if (given.type === 'row')
      children.push(new SceneGridRow({title: given.title, ...place(given.gridPos), children: []}));
    else {
      const row = children.at(-1);
      const item = new SceneGridItem({...place(given.gridPos), body: panel(given)});
      row.setState({children: [...row.state.children, item]});
    }
  }
  return new SceneGridLayout({children, isLazy: false});
}

export function sceneOf(dashboard, {since, until, values}) {
  const [from, to] = [since, until].map(at => new Date(at * 1000).toISOString());
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({from, to, timeZone: 'utc'}),
    $variables: new SceneVariableSet({
      variables: dashboard.templating.list.map(one => variable(one, values)),
    }),
    controls: [new VariableValueSelectors({}), new SceneControlsSpacer(), new SceneTimePicker({})],
    body: layout(dashboard.panels),
  });
}
