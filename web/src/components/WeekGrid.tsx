// The hours of a week, a row a day: painted with the pointer, or chosen with arrow keys and space.
import { Button, Flex } from "@patternfly/react-core";
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { text } from "../messages";
import { allDays } from "./days";
import { everyHour, hoursOfDay, noHour, outsideWork, paint, type WeekHours } from "./weekHours";

type Place = [day: number, hour: number];

const hours = Array.from({ length: hoursOfDay }, (_, hour) => hour);
const steps: Record<string, Place> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function within(value: number, count: number): number {
  return Math.min(count - 1, Math.max(0, value));
}

// The hour that the pointer is over: a finger that moves stays with the cell where it began.
function placeUnder(event: PointerEvent): Place | undefined {
  const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>("[data-hour]");
  return cell ? [Number(cell.dataset.day), Number(cell.dataset.hour)] : undefined;
}

interface WeekGridProps {
  label: string;
  value: WeekHours;
  onChange(value: WeekHours): void;
}

export function WeekGrid({ label, value, onChange }: WeekGridProps) {
  const [focus, setFocus] = useState<Place>([0, 0]);
  const [stroke, setStroke] = useState<{ from: Place; to: Place; isOn: boolean }>();
  const table = useRef<HTMLTableElement>(null);
  const hasMoved = useRef(false);
  const shown = stroke ? paint(value, stroke.from, stroke.to, stroke.isOn) : value;

  useEffect(() => {
    if (!hasMoved.current) return;
    hasMoved.current = false;
    table.current?.querySelector<HTMLElement>(`[data-day="${focus[0]}"][data-hour="${focus[1]}"]`)?.focus();
  }, [focus]);

  const toggle = (place: Place) => onChange(paint(value, place, place, !value[place[0]]?.[place[1]]));

  function onKeyDown(event: KeyboardEvent, place: Place) {
    const step = steps[event.key];
    if (step) {
      hasMoved.current = true;
      setFocus([within(place[0] + step[0], allDays.length), within(place[1] + step[1], hoursOfDay)]);
    } else if (event.key === " " || event.key === "Enter") toggle(place);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <table
        ref={table}
        role="grid"
        aria-label={label}
        aria-multiselectable
        className="holdfast-week"
        onPointerMove={(event) => {
          const to = stroke && placeUnder(event);
          if (to) setStroke({ ...stroke, to });
        }}
        onPointerUp={() => {
          if (stroke) onChange(shown);
          setStroke(undefined);
        }}
        onPointerCancel={() => setStroke(undefined)}
        onPointerLeave={() => setStroke(undefined)}
      >
        <thead>
          <tr>
            <td />
            {hours.filter((hour) => hour % 6 === 0).map((hour) => (
              <th key={hour} colSpan={6} scope="colgroup">
                {hour}:00
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {allDays.map((day, row) => (
            <tr key={day}>
              <th scope="row">{text.days[day]}</th>
              {hours.map((hour) => {
                const isOn = shown[row]?.[hour] ?? false;
                return (
                  <td
                    key={hour}
                    role="gridcell"
                    data-day={row}
                    data-hour={hour}
                    aria-selected={isOn}
                    aria-label={text.week.hour(text.days[day], hour)}
                    tabIndex={focus[0] === row && focus[1] === hour ? 0 : -1}
                    onFocus={() => setFocus([row, hour])}
                    onKeyDown={(event) => onKeyDown(event, [row, hour])}
                    onPointerDown={(event) => {
                      if (event.button !== 0) return;
                      event.currentTarget.releasePointerCapture?.(event.pointerId);
                      setStroke({ from: [row, hour], to: [row, hour], isOn: !isOn });
                    }}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <Flex gap={{ default: "gapSm" }}>
        <Button variant="link" isInline onClick={() => onChange(everyHour)}>
          {text.week.all}
        </Button>
        <Button variant="link" isInline onClick={() => onChange(outsideWork)}>
          {text.week.outsideWork}
        </Button>
        <Button variant="link" isInline onClick={() => onChange(noHour)}>
          {text.week.none}
        </Button>
      </Flex>
    </>
  );
}
