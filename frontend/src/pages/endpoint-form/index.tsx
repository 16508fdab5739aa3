import { PageHeader } from '@/components/page-header';

export default function EndpointFormPage() {
  return <PageHeader title="EndpointForm" />;
}
