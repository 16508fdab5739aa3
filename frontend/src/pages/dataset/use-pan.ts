import { type PointerEvent, type RefObject, useRef } from 'react';

const CLICK_PIXELS = 4;

/** Lets a mouse drag what is in a frame that scrolls; fingers do so by themselves. Spread the result on the frame. */
export function usePan(frame: RefObject<HTMLElement | null>) {
  const grip = useRef<{ x: number; y: number; left: number; top: number } | null>(null);
  const end = () => {
    grip.current = null;
    frame.current?.removeAttribute('data-dragging');
  };
  return {
    onPointerDown: ({ pointerType, button, clientX, clientY, target }: PointerEvent) => {
      const isHandled = target instanceof Element && target.closest('a, button') !== null;
      if (pointerType !== 'mouse' || button !== 0 || isHandled || frame.current === null) return;
      grip.current = { x: clientX, y: clientY, left: frame.current.scrollLeft, top: frame.current.scrollTop };
    },
    onPointerMove: ({ clientX, clientY, pointerId, buttons }: PointerEvent) => {
      if (grip.current === null || frame.current === null) return;
      if (buttons === 0) {
        end();
        return;
      }
      const { x, y, left, top } = grip.current;
      if (Math.hypot(clientX - x, clientY - y) < CLICK_PIXELS) return;
      frame.current.setPointerCapture(pointerId);
      frame.current.setAttribute('data-dragging', '');
      frame.current.scrollLeft = left - (clientX - x);
      frame.current.scrollTop = top - (clientY - y);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
