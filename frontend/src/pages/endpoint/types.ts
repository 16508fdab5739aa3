import type { ConnectorsQuery, EndpointQuery } from './endpoint.generated';

export type ShownEndpoint = NonNullable<EndpointQuery['endpoint']>;
export type Connector = ConnectorsQuery['endpointTemplates'][number];
