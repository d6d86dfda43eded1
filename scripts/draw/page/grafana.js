// What Grafana itself would bring to its packages: registries of field options and transformations,
// and the services that panels ask.
import {of, from, map, catchError} from 'rxjs';
import {
  createTheme,
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  EventBusSrv,
  identityOverrideProcessor,
  LoadingState,
  numberOverrideProcessor,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';
import {config, setAppEvents, setPluginImportUtils, setRunRequest} from '@grafana/runtime';
import {initPluginTranslations} from '@grafana/i18n';

// What every panel's field may be told, and how it is taken over.
const FIELD_OPTIONS = {
  unit: unitOverrideProcessor,
  min: numberOverrideProcessor,
  max: numberOverrideProcessor,
  decimals: numberOverrideProcessor,
  displayName: displayNameOverrideProcessor,
  color: identityOverrideProcessor,
  noValue: stringOverrideProcessor,
  links: dataLinksOverrideProcessor,
  mappings: valueMappingsOverrideProcessor,
  thresholds: thresholdsOverrideProcessor,
};

export const fieldOption = (path, process) => ({
  id: path,
  path,
  name: path,
  description: '',
  editor: () => null,
  override: () => null,
  process,
  shouldApply: () => true,
});

export const theme = createTheme({colors: {mode: 'dark'}});

// Grafana's own `runRequest` isn't in its packages: what the source answers is the panel's data.
function runRequest(source, request) {
  const result = (state, more) => ({state, series: [], timeRange: request.range, request, ...more});
  return from(source.query(request)).pipe(
    map(({data}) => result(LoadingState.Done, {series: data, structureRev: 1})),
    catchError(error => {
      console.error(`query: ${error.message}`);
      return of(result(LoadingState.Error, {errors: [{message: error.message}]}));
    }),
  );
}

function transformations() {
  const byId = new Map(Object.values(standardTransformers).map(one => [one.id, one]));
  return [...byId.values()].map(one => ({
    id: one.id,
    name: one.name,
    transformation: () => Promise.resolve(one),
    editor: () => null,
  }));
}

export async function setUpGrafana() {
  config.theme2 = theme;
  await initPluginTranslations('grafana');
  standardEditorsRegistry.setInit(() => []);
  standardFieldConfigEditorRegistry.setInit(() =>
    Object.entries(FIELD_OPTIONS).map(([path, process]) => fieldOption(path, process)),
  );
  standardTransformersRegistry.setInit(transformations);
  setAppEvents(new EventBusSrv());
  setRunRequest(runRequest);
  setPluginImportUtils({
    getPanelPluginFromCache: () => undefined,
    importPanelPlugin: id => Promise.reject(new Error(`no panel ${id} here`)),
  });
}
