// The daemon's pages, for people. A page that comes is a row here; every test looks at each row.
//   name       in findings and pictures
//   path       of the rehearsal (config/rehearsal.yaml)
//   hostile    its addresses over hostile texts: `{}` stands for each of these in turn, and t0 to
//              t39 are tenants whose labels and documents are hostile, f0 to f39 those whose
//              authority's failures are
//   shows      which hostile texts have to be seen on `hostile` without `{}`: label, scope,
//              failure, collaboration
//   pictures   that scripts/pictures makes: {width, scheme, suffix}
import {DARK, LIGHT} from './tab.mjs';

export const PAGES = [
  {
    name: 'overview',
    path: '/',
    hostile: ['/', '/?q={}', '/?state={}', '/?offset={}', '/?sort={}', '/?label={}', '/?{}=x'],
    shows: ['label', 'scope', 'failure', 'collaboration'],
    pictures: [
      {width: 1280, scheme: LIGHT, suffix: ''},
      {width: 1280, scheme: DARK, suffix: '-dark'},
      {width: 390, scheme: LIGHT, suffix: '-narrow'},
    ],
  },
];

// What isn't a page, but is answered from what others wrote all the same.
export const OTHERS = ['/{}', '/api/v1/tenants/{}', '/api/v1/explain?host={}&guest=x', '/events.atom?type={}'];
