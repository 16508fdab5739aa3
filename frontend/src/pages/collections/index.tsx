import { CollectionsSection } from './collections-section';
import { RunHistory } from './run-history';

export default function CollectionsPage() {
  return (
    <>
      <CollectionsSection />
      <RunHistory />
    </>
  );
}
