import { PageHeader } from '@/components/page-header';

export default function CatalogPage() {
  return <PageHeader title="Catalog" />;
}
