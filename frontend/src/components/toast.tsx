import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from './icons';

const CLOSE = { 'aria-label': 'Dismiss' };
const SHOWN_MS = { success: 4000, error: 9000 };

/** Short messages at the edge of the window. */
export const toast = {
  success(message: string): void {
    notifications.show({
      message,
      color: 'teal',
      closeButtonProps: CLOSE,
      icon: <IconCheck size={18} />,
      autoClose: SHOWN_MS.success,
      'data-testid': 'toast',
    });
  },
  error(message: string, code?: string): void {
    notifications.show({
      title: message.length > 300 ? `${message.slice(0, 300)}…` : message,
      message: code,
      color: 'red',
      closeButtonProps: CLOSE,
      icon: <IconAlertTriangle size={18} />,
      autoClose: SHOWN_MS.error,
      'data-testid': 'toast',
    });
  },
};
