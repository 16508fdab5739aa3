import { HeldList } from '@/components/held-removals';

/** The removals that wait for an administrator, and what was decided about others. */
export default function Removals() {
  return <HeldList endpointId={null} includeDecided />;
}
