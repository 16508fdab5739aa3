import { Alert, Button, Group } from '@mantine/core';
import { exactTime } from '@/lib/time';
import { IconHistory } from '../icons';

interface AsOfBannerProps {
  /** ISO 8601. */
  readonly moment: string;
  readonly onNow: () => void;
  /** What it means for what stands below. */
  readonly children?: React.ReactNode;
}

/** Says that the page does not show the present, and leads back to it. */
export function AsOfBanner({ moment, onNow, children }: AsOfBannerProps) {
  return (
    <Alert
      color="orange"
      variant="light"
      role="status"
      icon={<IconHistory size={18} />}
      title={
        <>
          As it stood on <time dateTime={moment}>{exactTime(moment)}</time>
        </>
      }
      data-testid="as-of-banner"
    >
      <Group justify="space-between" gap="sm">
        <span>{children}</span>
        <Button variant="default" size="compact-sm" onClick={onNow}>
          Back to now
        </Button>
      </Group>
    </Alert>
  );
}
