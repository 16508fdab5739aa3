import { PageHeader } from '@/components/page-header';

export default function DatasetPage() {
  return <PageHeader title="Dataset" />;
}
