import { useEffect, useState } from "preact/hooks";
import { icons } from "../components/icons";
import { onThemeChange, setTheme, theme, type Theme } from "./theme";

const choices: { value: Theme; label: string; icon: preact.JSX.Element }[] = [
  { value: "system", label: "As the system", icon: icons.system },
  { value: "light", label: "Light", icon: icons.sun },
  { value: "dark", label: "Dark", icon: icons.moon },
];

export function ThemeSwitch() {
  const [current, set] = useState(theme());
  useEffect(() => onThemeChange(() => set(theme())), []);
  return (
    <fieldset class="segmented icons">
      <legend class="sr-only">Colours</legend>
      {choices.map(({ value, label, icon }) => (
        <label key={value} title={label}>
          <input type="radio" name="theme" value={value} checked={current === value} onChange={() => setTheme(value)} />
          <span>{icon}<span class="sr-only">{label}</span></span>
        </label>
      ))}
    </fieldset>
  );
}
