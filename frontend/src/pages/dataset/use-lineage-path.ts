import { useSearchParams } from 'react-router';

/** Where a dataset's lineage is, as far and in the form that is chosen here. */
export function useLineagePath(): (datasetId: string) => string {
  const [present] = useSearchParams();
  const kept = new URLSearchParams({ tab: 'lineage' });
  for (const name of ['depth', 'view']) {
    const value = present.get(name);
    if (value !== null) kept.set(name, value);
  }
  return (datasetId) => `/catalog/${datasetId}?${kept}`;
}
