import { PageHeader } from '@/components/page-header';

export default function EndpointsPage() {
  return <PageHeader title="Endpoints" />;
}
