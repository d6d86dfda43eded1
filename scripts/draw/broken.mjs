// Dashboards that are broken on purpose, and the check that has to find it.

const panel = (dashboard, title) => dashboard.panels.find(one => one.title === title);
const property = (dashboard, title, column, id) =>
  panel(dashboard, title)
    .fieldConfig.overrides.filter(({matcher}) => matcher.options === column)
    .flatMap(({properties}) => properties)
    .find(one => one.id === id);

export const BROKEN = [
  {
    what: 'a rate over less than two scrapes',
    check: 'no data',
    name: 'exporter',
    state: 'healthy',
    interval: '1m',
    breaks: dashboard =>
      panel(dashboard, 'Web requests').targets.forEach(
        target => (target.expr = target.expr.replace('$__rate_interval', '30s')),
      ),
  },
  {
    what: 'a column too narrow',
    check: 'cut',
    name: 'overview',
    state: 'healthy',
    interval: '15s',
    breaks: dashboard => (property(dashboard, 'Every tenant', 'Tenant', 'custom.width').value = 70),
  },
  {
    what: 'columns that go on to the right',
    check: 'cut',
    name: 'overview',
    state: 'failing',
    interval: '15s',
    breaks: dashboard =>
      (property(dashboard, 'Every tenant', 'Tenant ID', 'custom.width').value = 400),
  },
  {
    what: 'a title too long',
    check: 'cut',
    name: 'overview',
    state: 'healthy',
    interval: '15s',
    breaks: dashboard => (panel(dashboard, 'Stale').title = 'Tenants of which nothing was heard'),
  },
  {
    what: 'two series of one colour',
    check: 'one colour',
    name: 'overview',
    state: 'failing',
    interval: '15s',
    breaks: dashboard =>
      (property(
        dashboard,
        'Tenants by B2B capability over time',
        'not_supported',
        'color',
      ).value.fixedColor = 'green'),
  },
  {
    what: 'a query that Prometheus refuses',
    check: 'console',
    name: 'overview',
    state: 'healthy',
    interval: '15s',
    breaks: dashboard => (panel(dashboard, 'Stale').targets[0].expr += ')'),
  },
  {
    what: 'tenants that fail are green',
    check: 'trouble unseen',
    name: 'overview',
    state: 'failing',
    interval: '1m',
    breaks: dashboard =>
      panel(dashboard, 'Failing').fieldConfig.defaults.thresholds.steps.splice(1),
  },
  {
    what: 'silence counts as zero',
    check: 'looks healthy',
    name: 'overview',
    state: 'down',
    interval: '15s',
    breaks: dashboard => (panel(dashboard, 'Failing').targets[0].expr += ' or vector(0)'),
  },
  {
    what: 'a graph goes on over silence',
    check: 'looks healthy',
    name: 'exporter',
    state: 'down',
    interval: '1m',
    breaks: dashboard =>
      panel(dashboard, 'Memory').targets.forEach(
        target => (target.expr = `last_over_time(${target.expr}[10m:1m])`),
      ),
  },
];
