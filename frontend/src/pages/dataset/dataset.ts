import type { DatasetQuery } from './dataset.generated';

export type Dataset = NonNullable<DatasetQuery['metadataDataset']>;
