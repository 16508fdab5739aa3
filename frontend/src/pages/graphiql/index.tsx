import { PageHeader } from '@/components/page-header';

export default function GraphiQLPage() {
  return <PageHeader title="GraphiQL" />;
}
