import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { Role } from '@/api/http';
import { useMay } from '@/api/session';

interface RoleButtonProps extends ButtonProps {
  /** The least role that may do it. */
  readonly role: Role;
  /** Another reason why it cannot be done now. */
  readonly disabledReason?: string | null | undefined;
  readonly onClick?: () => void;
  readonly 'data-testid'?: string;
  readonly 'aria-label'?: string;
  readonly type?: 'button' | 'submit';
}

/** A button that, when it cannot be used, says why on hover and focus. */
export function RoleButton({ role, disabledReason, onClick, ...rest }: RoleButtonProps) {
  const reason = useMay(role).reason ?? disabledReason ?? null;
  if (reason === null) return <Button onClick={onClick} {...rest} />;
  // data-disabled instead of disabled: keyboard and screen reader reach the reason as well
  return (
    <Tooltip label={reason} multiline maw={320}>
      <Button
        {...rest}
        data-disabled
        aria-disabled
        aria-description={reason}
        onClick={(event) => event.preventDefault()}
      />
    </Tooltip>
  );
}
