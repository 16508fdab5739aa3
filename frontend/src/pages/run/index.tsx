import { PageHeader } from '@/components/page-header';

export default function RunPage() {
  return <PageHeader title="Run" />;
}
