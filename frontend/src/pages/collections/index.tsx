import { PageHeader } from '@/components/page-header';

export default function CollectionsPage() {
  return <PageHeader title="Collections" />;
}
