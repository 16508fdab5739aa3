import type { DatasetStateFragment, DatasetVersionsQuery } from './dataset.generated';

export type Dataset = DatasetStateFragment;
export type Version = NonNullable<DatasetVersionsQuery['metadataDataset']>['versions'][number];
