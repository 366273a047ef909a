/** The buzzer: heard once the person allows it. */

const TONE_HZ = 2400;
const BEEP_S = 0.06;

export class Sound {
  /** @type {AudioContext | null} */
  #audio = null;
  #beeps = 0;

  get on() {
    return this.#audio !== null;
  }

  /** To be called when the person worked a button: a browser plays nothing before. */
  toggle() {
    if (this.#audio) {
      void this.#audio.close();
      this.#audio = null;
    } else {
      this.#audio = new AudioContext();
    }
  }

  /**
   * Beeps once if there were beeps since the last call.
   * @param {number} beeps  so far
   * @returns {boolean}  Was there one?
   */
  follow(beeps) {
    const isNew = beeps > this.#beeps;
    this.#beeps = beeps;
    if (isNew && this.#audio) this.#beep(this.#audio);
    return isNew;
  }

  /** @param {AudioContext} audio */
  #beep(audio) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = TONE_HZ;
    tone.type = "square";
    volume.gain.value = 0.04;
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + BEEP_S);
  }
}
