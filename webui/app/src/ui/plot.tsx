import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatClock, formatCount, type SpeedUnit, speedUnit } from "../format.ts";
import type { Kpi } from "../protocol/messages.ts";
import type { Measure } from "../state/store.ts";
import { currentTheme, type Theme } from "../state/theme.ts";
import { niceCeiling } from "./axis.ts";
import { useStore } from "./context.ts";

const HEIGHT = 108;

const NAMES: Record<Measure, string> = {
  on_road: "Vehicles on the road",
  standing: "Vehicles standing",
  mean_speed: "Mean speed",
  mean_delay: "Mean delay, s",
  waiting: "Vehicles waiting to depart",
};

/** The chosen measure over the time of day. */
export default function Plot({ height = HEIGHT }: { readonly height?: number }) {
  const store = useStore();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const measure = store.measure.value;
  const theme = currentTheme.value;
  const history = store.history.value;
  const unit = speedUnit(store.info.value?.country ?? "");

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const made = new uPlot(options(theme, element.clientWidth, height), columns([], measure, unit), element);
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
    };
  }, [theme, measure, unit, height]);

  useEffect(() => {
    plot.current?.setData(columns(history, measure, unit));
  }, [history, measure, unit, theme]);

  const name = measure === "mean_speed" ? `${NAMES.mean_speed}, ${unit}` : NAMES[measure];
  return (
    <figure class="plot" aria-label={`${name} over the time of day`}>
      <figcaption>{name}</figcaption>
      <div ref={holder} />
    </figure>
  );
}

function columns(history: readonly Kpi[], measure: Measure, unit: SpeedUnit): uPlot.AlignedData {
  const scale = measure !== "mean_speed" ? 1 : unit === "mph" ? 3600 / 1609.344 : 3.6;
  return [
    history.map((kpi) => kpi.time),
    history.map((kpi) => {
      const value = kpi[measure];
      return value === null ? null : value * scale;
    }),
  ];
}

function options(theme: Theme, width: number, height: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--text-muted"),
    font: "11px Barlow, sans-serif",
    ticks: { show: false },
    grid: { stroke: colour("--line"), width: 1 },
  };
  return {
    width,
    height,
    class: theme,
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 15, 0, 0],
    scales: { x: { time: false }, y: { range: (_, __, max) => [0, niceCeiling(max)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 20,
        gap: 2,
        space: 60,
        values: (_, ticks) => ticks.map((t) => formatClock(t, false)),
        incrs: [60, 300, 600, 900, 1800, 3600, 7200, 14400],
      },
      { ...axis, size: 40, gap: 4, space: 26, values: (_, ticks) => ticks.map(formatCount) },
    ],
    series: [
      {},
      {
        stroke: colour("--accent"),
        width: 1.75,
        fill: colour("--accent-wash"),
        points: { show: false },
        spanGaps: true,
      },
    ],
  };
}
