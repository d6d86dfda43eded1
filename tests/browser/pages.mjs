// The daemon's pages, for people. A page that comes is a row here; every test looks at each row.
//   name       in findings and pictures
//   path       of the rehearsal (config/rehearsal.yaml); `status` is 200 unless it says otherwise
//   hostile    its addresses over hostile texts: `{}` stands for each of these in turn, `{n}` for 0
//              to 39; t0.example to t39.example are tenants whose labels and documents are hostile,
//              f0.example to f39.example those whose authority's failures are
//   shows      which hostile texts have to be seen on `hostile` without `{}`: label, scope,
//              failure, collaboration
//   pictures   that scripts/pictures makes: {width, scheme, suffix}
import {DARK, LIGHT} from './tab.mjs';

export const PAGES = [
  {
    name: 'overview',
    path: '/',
    hostile: ['/', '/?q={}', '/?state={}', '/?offset={}', '/?sort={}', '/?label={}', '/?{}=x'],
    shows: ['scope'],
    pictures: [
      {width: 1280, scheme: LIGHT, suffix: ''},
      {width: 1280, scheme: DARK, suffix: '-dark'},
      {width: 390, scheme: LIGHT, suffix: '-narrow'},
    ],
  },
  {
    name: 'tenant',
    path: '/tenants/agency.example?cloud=usgov',
    hostile: ['/tenants/t{n}.example', '/tenants/f{n}.example', '/tenants/{}', '/tenants/x?cloud={}'],
    shows: ['label', 'scope', 'failure', 'collaboration'],
    pictures: [{width: 1280, scheme: LIGHT, suffix: ''}],
  },
  {
    name: 'no tenant',
    path: '/tenants/agenzy.example',
    status: 404,
  },
  {
    name: 'pairs',
    path: '/pairs',
    hostile: ['/pairs', '/pairs?offset={}'],
    shows: ['collaboration'],
    pictures: [{width: 1280, scheme: LIGHT, suffix: ''}],
  },
  {
    name: 'explain',
    path: '/explain?host=agency.example&guest=contoso.example',
    hostile: [
      '/explain?host=t{n}.example&guest=f{n}.example',
      '/explain?host={}&guest=t1.example',
      '/explain?host=t1.example&guest={}',
      '/explain?host=t1.example&guest=t2.example&cross_cloud={}',
    ],
    pictures: [{width: 1280, scheme: LIGHT, suffix: ''}],
  },
  {
    name: 'events',
    path: '/events',
    hostile: [
      '/events',
      '/events?tenant={}',
      '/events?type={}',
      '/events?severity={}',
      '/events?since={}',
      '/events?before={}',
      '/events?tenant=t1.example&cloud={}',
    ],
    shows: ['scope'],
    pictures: [{width: 1280, scheme: LIGHT, suffix: ''}],
  },
];

// What isn't a page, but is answered from what others wrote all the same.
export const OTHERS = ['/{}', '/api/v1/tenants/{}', '/api/v1/explain?host={}&guest=x', '/events.atom?type={}'];
