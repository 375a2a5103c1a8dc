// Icons, drawn for this page on a grid of 20.

import type { ComponentChildren } from "preact";

function icon(children: ComponentChildren) {
  return function Icon() {
    return (
      <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
        {children}
      </svg>
    );
  };
}

export const PlayIcon = icon(
  <path class="solid" d="M6.5 4.2v11.6a.7.7 0 0 0 1.06.6l9.1-5.8a.7.7 0 0 0 0-1.2l-9.1-5.8a.7.7 0 0 0-1.06.6Z" />,
);

export const PauseIcon = icon(<path class="solid" d="M5.5 4h3v12h-3zM11.5 4h3v12h-3z" />);

export const CloseIcon = icon(<path d="m5 5 10 10M15 5 5 15" />);

export const SunIcon = icon(
  <>
    <circle cx="10" cy="10" r="3.2" />
    <path d="M10 2.2v2M10 15.8v2M2.2 10h2M15.8 10h2M4.5 4.5l1.4 1.4M14.1 14.1l1.4 1.4M4.5 15.5l1.4-1.4M14.1 5.9l1.4-1.4" />
  </>,
);

export const MoonIcon = icon(<path d="M16.2 12.2A6.8 6.8 0 0 1 7.8 3.8a6.8 6.8 0 1 0 8.4 8.4Z" />);

export const FollowIcon = icon(
  <>
    <circle cx="10" cy="10" r="5" />
    <circle class="solid" cx="10" cy="10" r="1.6" />
    <path d="M10 1.8v3M10 15.2v3M1.8 10h3M15.2 10h3" />
  </>,
);

export const ChartIcon = icon(<path d="M3 3.5v13h14M6 12.5l3-4 3 2.5 4.5-6" />);

export const LegendIcon = icon(<path d="M3.5 5h3v0M3.5 10h3M3.5 15h3M9.5 5h7M9.5 10h7M9.5 15h7" />);

export const StepIcon = icon(<path class="solid" d="M5 4.5v11l8-5.5zM14 4.5h2.2v11H14z" />);

export const PreviousIcon = icon(<path d="M6 4.5v11M15 5l-6 5 6 5" />);

export const NextIcon = icon(<path d="M14 4.5v11M5 5l6 5-6 5" />);

export const NowIcon = icon(<path d="M3 5l5 5-5 5M9 5l5 5-5 5M17 4.5v11" />);

export const EventsIcon = icon(<path d="M4 5h0M8 5h9M4 10h0M8 10h9M4 15h0M8 15h9" />);

export const LinkIcon = icon(
  <path d="M8.5 11.5a3 3 0 0 0 4.2 0l3-3a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0l-3 3a3 3 0 0 0 4.2 4.2l1-1" />,
);

export const SearchIcon = icon(
  <>
    <circle cx="9" cy="9" r="5" />
    <path d="m13 13 4 4" />
  </>,
);

export const HelpIcon = icon(
  <>
    <path d="M7.4 7.4a2.7 2.7 0 1 1 3.9 2.4c-.9.5-1.3 1-1.3 2" />
    <path d="M10 14.8v.2" />
  </>,
);

/** The mark: two lanes that meet at a stop line. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 28 28" aria-hidden="true">
      <rect class="mark-ground" width="28" height="28" rx="7" />
      <path class="mark-lane" d="M10 24V13.5C10 9 13 7 17.5 7H24" />
      <path class="mark-lane mark-second" d="M18 24v-5.5c0-2 1-3 3-3h3" />
      <circle class="mark-dot" cx="10" cy="19" r="2.3" />
    </svg>
  );
}
