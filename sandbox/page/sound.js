// A ring tone made on the spot, and the prompt read aloud by the browser.
let audio = null;
let timer = null;
const spoken = new Set();

export const isOn = () => audio !== null;

export function toggle() {
  if (audio) {
    audio.close();
    audio = null;
    ring(false);
    window.speechSynthesis?.cancel();
  } else {
    audio = new AudioContext();
  }
  return isOn();
}

export function ring(wanted) {
  if (wanted && audio && !timer) {
    burst();
    timer = setInterval(burst, 3000);
  } else if ((!wanted || !audio) && timer) {
    clearInterval(timer);
    timer = null;
  }
}

// One second of 400 Hz, trembling 16 times a second, as Japanese exchanges ring.
function burst() {
  const now = audio.currentTime;
  const tone = new OscillatorNode(audio, { frequency: 400 });
  const tremble = new OscillatorNode(audio, { frequency: 16 });
  const depth = new GainNode(audio, { gain: 0.06 });
  const volume = new GainNode(audio, { gain: 0.08 });
  tremble.connect(depth).connect(volume.gain);
  tone.connect(volume).connect(audio.destination);
  for (const source of [tone, tremble]) {
    source.start(now);
    source.stop(now + 1);
  }
}

export function say(call) {
  if (!audio || call.status !== "in-progress" || !window.speechSynthesis) return;
  for (const line of call.said) {
    const key = call.sid + line.at;
    if (spoken.has(key)) continue;
    spoken.add(key);
    const words = new SpeechSynthesisUtterance(line.text);
    words.lang = line.language;
    window.speechSynthesis.speak(words);
  }
}

export const hush = () => window.speechSynthesis?.cancel();
