import { PageHeader } from '@/components/page-header';

export default function EndpointPage() {
  return <PageHeader title="Endpoint" />;
}
