"""Facts about MicroPython's ESP32 port, as code that can be run on a bare board or on a simulated chip.

A row has these keys:
- name
- chips, versions: for which chips, and from which to which MicroPython version, the fact holds (1.29 is master of
  2026-08-19, 1c3c2011)
- snippet: code that stores the observation in `result`, or raises
- expected: ("value", v), ("between", lowest, highest) or ("raises", type, text or None)
- source: a path in micropython/micropython, unless it begins with esp-idf
- why: the reason why our code relies on it
- after, reset (optional): `after` is a second snippet, which runs after the reset named by `reset`; its result counts
- sure (optional): False if the fact does not follow from the source
- needs (optional): "flash" if the snippet erases the partition phy_init, which no official build reads; "wdt" if it arms
  the watchdog (with an hour, until the next hard reset)

ESP-IDF of the official builds: 1.24, 1.25: 5.2.2; 1.26: 5.4.2; 1.27, 1.28: 5.5.1; 1.29: 5.5.2 to 5.5.4.

A snippet may use OUT and OUT2, free pins that can be outputs and have pull-ups, and IN_ONLY.
"""

Row = dict

ALL = "all"
OLD = ((1, 24), (1, 25))
NEW = ((1, 26), (1, 29))
TWO = ("esp32", "esp32s3")

# Free pins of bare boards, for the rows that need more than two (none is a strapping, flash, PSRAM, USB or UART0 pin).
_MANY = {
    "esp32": "(4, 13, 14, 18, 19, 21, 22, 23, 25)",
    "esp32s3": "(4, 5, 6, 7, 15)",
    "esp32c3": "(0, 1, 3, 4, 5)",
}


def _many_pwm(chip, count):
    return (
        "from machine import Pin, PWM\n"
        "made = []\n"
        "try:\n"
        "    for i in range({}):\n"
        "        made.append(PWM(Pin({}[i]), freq=100 + 10 * i, duty_u16=0))\n"
        "    result = len(made)\n"
        "finally:\n"
        "    for pwm in made:\n"
        "        pwm.deinit()\n"
        "    for gpio in {}:\n"
        "        Pin(gpio, Pin.IN)\n"
    ).format(count, _MANY[chip], _MANY[chip])


ROWS = (
    # Pin: which exist
    Row(
        name="pin-numbers-that-are-no-pin-esp32",
        chips=("esp32",),
        versions=ALL,
        snippet="from machine import Pin\n"
        "result = []\n"
        "for gpio in (-1, 24, 28, 29, 30, 31, 40, 99):\n"
        "    try:\n"
        "        Pin(gpio)\n"
        "        result.append(gpio)\n"
        "    except ValueError:\n"
        "        pass\n"
        "result = tuple(result)\n",
        expected=("value", ()),
        source="ports/esp32/machine_pin.c: machine_pin_find; machine_pin.h: MICROPY_HW_ENABLE_GPIO*; v1.24.0..master",
        why="boot.py detects a wrong gpio in machine.json by this ValueError",
    ),
    Row(
        name="pin-that-is-no-pin-says-invalid-pin-esp32",
        chips=("esp32",),
        versions=ALL,
        snippet="from machine import Pin\nPin(24)\n",
        expected=("raises", "ValueError", "invalid pin"),
        source="ports/esp32/machine_pin.c: machine_pin_find, v1.24.0..master",
        why="boot.py prints it and continues with the next output",
    ),
    Row(
        name="flash-pins-and-gpio20-are-pins-esp32",
        chips=("esp32",),
        versions=ALL,
        snippet="from machine import Pin\n"
        "for gpio in (6, 7, 8, 9, 10, 11, 20):\n"
        "    Pin(gpio)  # without a mode nothing is touched\n"
        "result = True\n",
        expected=("value", True),
        source="ports/esp32/machine_pin.h: MICROPY_HW_ENABLE_GPIO6..11, 20 on ESP32, v1.24.0..master",
        why="only our own check of machine.json prevents that a flash pin is driven, which hangs the chip",
    ),
    Row(
        name="pin-that-is-no-pin-esp32s3",
        chips=("esp32s3",),
        versions=ALL,
        snippet="from machine import Pin\nPin(22)\n",
        expected=("raises", "ValueError", "invalid pin"),
        source="ports/esp32/machine_pin.c: machine_pin_find; machine_pin.h: no GPIO22..25 on the S3, v1.24.0..master",
        why="boot.py prints it and continues with the next output",
    ),
    Row(
        name="flash-and-psram-pins-26-to-32-are-no-pins-esp32s3",
        chips=("esp32s3",),
        versions=ALL,
        snippet="from machine import Pin\n"
        "result = []\n"
        "for gpio in (22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 49):\n"
        "    try:\n"
        "        Pin(gpio)\n"
        "        result.append(gpio)\n"
        "    except ValueError:\n"
        "        pass\n"
        "result = tuple(result)\n",
        expected=("value", ()),
        source="ports/esp32/machine_pin.h: ESP32S3; GPIO26 only without CONFIG_SPIRAM, which ESP32_GENERIC_S3 has "
        "(boards/sdkconfig.spiram_sx or .spiram_quad); v1.24.0..master",
        why="boot.py ignores GPIOs that are not pins",
    ),
    Row(
        name="usb-pins-19-and-20-are-pins-esp32s3",
        chips=("esp32s3",),
        versions=ALL,
        snippet="from machine import Pin\nPin(19)\nPin(20)\nresult = True\n",
        expected=("value", True),
        source="ports/esp32/machine_pin.h: #if !CONFIG_USB_CDC_ENABLED, an option that no ESP-IDF 5 has: always pins; "
        "v1.24.0..master",
        why="only firmware/config/pins.py prevents that a machine.json uses the pins of the USB console",
    ),
    Row(
        name="pin-numbers-that-are-no-pin-esp32c3",
        chips=("esp32c3",),
        versions=ALL,
        snippet="from machine import Pin\n"
        "result = []\n"
        "for gpio in (14, 15, 16, 17, 18, 19, 22):\n"
        "    try:\n"
        "        Pin(gpio)\n"
        "        result.append(gpio)\n"
        "    except ValueError:\n"
        "        pass\n"
        "result = tuple(result)\n",
        expected=("value", ()),
        source="ports/esp32/machine_pin.h: ESP32C3; GPIO18, 19 #if !MICROPY_HW_ESP_USB_SERIAL_JTAG, which is 1 on every "
        "C3 build; v1.24.0..master",
        why="GPIO 18 and 19 of the C3 are the console",
    ),
    Row(
        name="flash-pins-11-to-13-are-pins-esp32c3",
        chips=("esp32c3",),
        versions=ALL,
        snippet="from machine import Pin\nPin(11)\nPin(12)\nPin(13)\nresult = True\n",
        expected=("value", True),
        source="ports/esp32/machine_pin.h: MICROPY_HW_ENABLE_GPIO11..13 on ESP32C3, v1.24.0..master",
        why="only firmware/config/pins.py prevents that a machine.json uses the C3's flash pins",
    ),
    Row(
        name="pin-is-one-object-a-number",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\nresult = Pin(OUT) is Pin(OUT)\n",
        expected=("value", True),
        source="ports/esp32/machine_pin.c: machine_pin_find (static machine_pin_obj_table), v1.24.0..master",
        why="two drivers with the same gpio share its handler: the later irq() replaces the earlier one",
    ),
    Row(
        name="pin-by-a-name-that-is-none",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\nPin('no such pin')\n",
        expected=("raises", "ValueError", "invalid pin"),
        source="ports/esp32/machine_pin.c: machine_pin_find, v1.24.0..master",
        why="a gpio that is text in machine.json",
    ),
    Row(
        name="pin-constants",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "result = (Pin.IN, Pin.OUT, Pin.OPEN_DRAIN, Pin.PULL_DOWN, Pin.PULL_UP, Pin.IRQ_RISING, Pin.IRQ_FALLING)\n",
        expected=("value", (1, 3, 7, 1, 2, 1, 2)),
        source="ports/esp32/machine_pin.c: machine_pin_locals_dict_table, v1.24.0..master",
        why="drivers and boot.py use them",
    ),
    # Pin: input only
    Row(
        name="input-only-pin-as-output",
        chips=("esp32",),
        versions=ALL,
        snippet="from machine import Pin\nPin(IN_ONLY, Pin.OUT)\n",
        expected=("raises", "ValueError", "pin can only be input"),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper (GPIO_FIRST_NON_OUTPUT 34), v1.24.0..master",
        why="boot.py prints such an output and continues",
    ),
    Row(
        name="input-only-pin-as-open-drain",
        chips=("esp32",),
        versions=ALL,
        snippet="from machine import Pin\nPin(IN_ONLY, Pin.OPEN_DRAIN, value=0)\n",
        expected=("raises", "ValueError", "pin can only be input"),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper, v1.24.0..master",
        why="keypad rows are open drain",
    ),
    Row(
        name="input-only-pin-takes-a-pull-without-a-word",
        chips=("esp32",),
        versions=ALL,
        snippet="from machine import Pin\n"
        "Pin(IN_ONLY, Pin.IN, Pin.PULL_UP)\n"
        "Pin(IN_ONLY, Pin.IN, Pin.PULL_DOWN)\n"
        "Pin(IN_ONLY, Pin.IN, None)\n"
        "result = True\n",
        expected=("value", True),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper ignores what gpio_pullup_en returns; esp-idf "
        "gpio.c: gpio_pullup_en (from 5.4 it prints 'input-only pad has no internal PU' on the console); v1.24.0..master",
        why="a coin line on GPIO 34 with pull 'up' would float: firmware/config/machine_file.py refuses it",
    ),
    Row(
        name="input-only-pin-takes-a-value-without-a-word",
        chips=("esp32",),
        versions=ALL,
        snippet="from machine import Pin\np = Pin(IN_ONLY, Pin.IN)\nresult = p.value(1)\n",
        expected=("value", None),
        source="ports/esp32/machine_pin.c: machine_pin_call ignores what gpio_set_level returns, v1.24.0..master",
        why="no driver relies on it",
    ),
    # Pin: levels
    Row(
        name="output-reads-back-its-level",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "p = Pin(OUT, Pin.OUT, value=1)\n"
        "a = p.value()\n"
        "p.value(0)\n"
        "result = (a, p.value())\n"
        "Pin(OUT, Pin.IN)\n",
        expected=("value", (1, 0)),
        source="ports/esp32/machine_pin.c: Pin.OUT is GPIO_MODE_INPUT_OUTPUT; machine_pin_call, v1.24.0..master",
        why="Relay.is_on reads the output pin",
    ),
    Row(
        name="value-is-set-before-the-mode",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.IN, Pin.PULL_UP)\n"
        "p.irq(lambda pin: seen.append(1), Pin.IRQ_FALLING)\n"
        "Pin(OUT, Pin.OUT, value=1)\n"
        "import time\n"
        "time.sleep_ms(30)\n"
        "p.irq(None)\n"
        "result = (len(seen), p.value())\n"
        "Pin(OUT, Pin.IN, None)\n",
        expected=("value", (0, 1)),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper (gpio_set_level before gpio_set_direction), "
        "v1.24.0..master",
        why="boot.py brings outputs to their safe level without a glitch",
    ),
    Row(
        name="pull-up-and-pull-down-set-the-level-of-an-open-pin",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "p = Pin(OUT, Pin.IN, Pin.PULL_UP)\n"
        "time.sleep_ms(1)\n"
        "a = p.value()\n"
        "p.init(Pin.IN, Pin.PULL_DOWN)\n"
        "time.sleep_ms(1)\n"
        "result = (a, p.value())\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", (1, 0)),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper, v1.24.0..master",
        why="switches and keypad columns rely on the internal pull-up",
    ),
    Row(
        name="value-on-an-input-waits-for-the-output-mode",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "p = Pin(OUT, Pin.IN, Pin.PULL_UP)\n"
        "p.value(0)\n"
        "time.sleep_ms(1)\n"
        "a = p.value()\n"
        "p.init(Pin.OUT)\n"
        "result = (a, p.value())\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", (1, 0)),
        source="ports/esp32/machine_pin.c: machine_pin_call (gpio_set_level writes the output register), v1.24.0..master",
        why="a level may be set before the mode",
    ),
    Row(
        name="mode-alone-keeps-the-output-level",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "p = Pin(OUT, Pin.OUT, value=1)\n"
        "p.init(Pin.OUT)\n"
        "result = p.value()\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", 1),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper (no value: the level stays), v1.24.0..master",
        why="a Pin made without a value is not a reset of its level",
    ),
    Row(
        name="init-without-a-pull-keeps-the-pull",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "p = Pin(OUT, Pin.IN, Pin.PULL_UP)\n"
        "p.init(Pin.IN)\n"
        "time.sleep_ms(1)\n"
        "result = p.value()\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", 1),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper (pull defaults to -1: untouched), v1.24.0..master",
        why="PULLS['none'] is None, which switches pulls off; leaving it out would not",
    ),
    Row(
        name="open-drain-pulls-down-and-lets-go",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "p = Pin(OUT, Pin.OPEN_DRAIN, Pin.PULL_UP, value=0)\n"
        "time.sleep_ms(1)\n"
        "a = p.value()\n"
        "p.value(1)\n"
        "time.sleep_ms(1)\n"
        "result = (a, p.value())\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", (0, 1)),
        source="ports/esp32/machine_pin.c: Pin.OPEN_DRAIN is GPIO_MODE_INPUT_OUTPUT_OD, v1.24.0..master",
        why="keypad rows",
    ),
    Row(
        name="value-takes-anything-that-is-true",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.value(5)\n"
        "a = p.value()\n"
        "p.value(None)\n"
        "result = (a, p.value())\n"
        "p.init(Pin.IN)\n",
        expected=("value", (1, 0)),
        source="ports/esp32/machine_pin.c: machine_pin_call (mp_obj_is_true), v1.24.0..master",
        why="drivers write 0 and 1",
    ),
    Row(
        name="pin-value-is-keyword-only",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\nPin(OUT, Pin.OUT, None, 1)\n",
        expected=("raises", "TypeError", None),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper allowed_args, v1.24.0..master",
        why="boot.py and drivers write value=",
    ),
    Row(
        name="pin-has-toggle-not-yet",
        chips=ALL,
        versions=((1, 24), (1, 24)),
        snippet="from machine import Pin\nresult = hasattr(Pin, 'toggle')\n",
        expected=("value", False),
        source="ports/esp32/machine_pin.c: machine_pin_locals_dict_table, v1.24.0, v1.24.1",
        why="no driver may use it while 1.24 is supported",
    ),
    Row(
        name="pin-has-toggle",
        chips=ALL,
        versions=((1, 25), (1, 29)),
        snippet="from machine import Pin\nresult = hasattr(Pin, 'toggle')\n",
        expected=("value", True),
        source="ports/esp32/machine_pin.c: machine_pin_toggle, v1.25.0..master",
        why="no driver may use it while 1.24 is supported",
    ),
    # Pin.irq
    Row(
        name="irq-returns-an-irq-object",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\nresult = str(type(Pin(OUT).irq()))\n",
        expected=("value", "<class 'IRQ'>"),
        source="ports/esp32/machine_pin.c: machine_pin_irq, machine_pin_irq_type, v1.24.0..master",
        why="no driver uses what irq() returns",
    ),
    Row(
        name="irq-trigger-can-be-asked",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "p = Pin(OUT, Pin.IN, Pin.PULL_UP)\n"
        "p.irq(lambda pin: None, Pin.IRQ_FALLING)\n"
        "a = p.irq().trigger()\n"
        "p.irq(lambda pin: None)\n"
        "b = p.irq().trigger()\n"
        "p.irq(None)\n"
        "result = (a, b, p.irq().trigger())\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", (2, 3, 0)),
        source="ports/esp32/machine_pin.c: machine_pin_irq, machine_pin_irq_trigger, v1.24.0..master",
        why="a handler of None switches the interrupt off; the default trigger is both edges",
    ),
    Row(
        name="irq-handler-gets-the-pin",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(seen.append, Pin.IRQ_RISING)\n"
        "p.value(1)\n"
        "time.sleep_ms(30)\n"
        "p.irq(None)\n"
        "result = (len(seen), seen[0] is p)\n"
        "p.init(Pin.IN)\n",
        expected=("value", (1, True)),
        source="ports/esp32/machine_pin.c: machine_pin_isr_handler (mp_sched_schedule(handler, self)), v1.24.0..master",
        why="PulseInput._edge reads pin.value()",
    ),
    Row(
        name="irq-falling-only",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(lambda pin: seen.append(pin.value()), Pin.IRQ_FALLING)\n"
        "for level in (1, 0, 1, 0):\n"
        "    p.value(level)\n"
        "    time.sleep_ms(12)\n"
        "p.irq(None)\n"
        "result = tuple(seen)\n"
        "p.init(Pin.IN)\n",
        expected=("value", (0, 0)),
        source="ports/esp32/machine_pin.c: machine_pin_irq, v1.24.0..master",
        why="keypad columns wake on the falling edge",
    ),
    Row(
        name="irq-both-edges-in-time",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(lambda pin: seen.append(pin.value()), Pin.IRQ_FALLING | Pin.IRQ_RISING)\n"
        "for level in (1, 0, 1):\n"
        "    p.value(level)\n"
        "    time.sleep_ms(12)\n"
        "p.irq(None)\n"
        "result = tuple(seen)\n"
        "p.init(Pin.IN)\n",
        expected=("value", (1, 0, 1)),
        source="ports/esp32/machine_pin.c: machine_pin_irq, v1.24.0..master",
        why="PulseInput and Switch",
    ),
    Row(
        name="irq-with-trigger-0-never-comes",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(seen.append, 0)\n"
        "p.value(1)\n"
        "p.value(0)\n"
        "time.sleep_ms(30)\n"
        "p.irq(None)\n"
        "result = len(seen)\n"
        "p.init(Pin.IN)\n",
        expected=("value", 0),
        source="ports/esp32/machine_pin.c: machine_pin_irq (gpio_set_intr_type(0)), v1.24.0..master",
        why="no driver uses it",
    ),
    Row(
        name="irq-replaces-the-handler",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "first = []\n"
        "second = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(first.append, Pin.IRQ_RISING)\n"
        "p.irq(second.append, Pin.IRQ_RISING)\n"
        "p.value(1)\n"
        "time.sleep_ms(30)\n"
        "p.irq(None)\n"
        "result = (len(first), len(second))\n"
        "p.init(Pin.IN)\n",
        expected=("value", (0, 1)),
        source="ports/esp32/machine_pin.c: machine_pin_irq (one machine_pin_irq_handler a gpio), v1.24.0..master",
        why="_Home shares one Switch among spirals for this reason",
    ),
    Row(
        name="irq-hard-is-no-argument",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\nPin(OUT, Pin.IN).irq(lambda pin: None, Pin.IRQ_RISING, hard=True)\n",
        expected=("raises", "TypeError", None),
        source="ports/esp32/machine_pin.c: machine_pin_irq allowed_args: handler, trigger, wake; v1.24.0..master",
        why="all pin interrupts are soft",
    ),
    Row(
        name="irq-survives-pin-init",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(seen.append, Pin.IRQ_RISING)\n"
        "Pin(OUT, Pin.OUT, value=0)\n"
        "p.value(1)\n"
        "time.sleep_ms(30)\n"
        "p.irq(None)\n"
        "result = len(seen)\n"
        "p.init(Pin.IN)\n",
        expected=("value", 1),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper does not touch the interrupt, v1.24.0..master",
        why="setting a coin pin's pull again after Counter keeps its handler",
    ),
    # soft callbacks and the scheduler
    Row(
        name="callback-does-not-run-in-straight-code",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(seen.append, Pin.IRQ_RISING)\n"
        "p.value(1)\n"
        "p.value(0)\n"
        "a = len(seen)\n"
        "time.sleep_ms(30)\n"
        "p.irq(None)\n"
        "result = (a, len(seen))\n"
        "p.init(Pin.IN)\n",
        expected=("value", (0, 1)),
        source="py/vm.c: DISPATCH_WITH_PEND_EXC_CHECK only at jumps; ports/esp32/machine_pin.c: "
        "machine_pin_isr_handler; v1.24.0..master",
        why="PulseTrain._close reads what belongs together without a branch",
    ),
    Row(
        name="callback-runs-at-a-branch",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(seen.append, Pin.IRQ_RISING)\n"
        "p.value(1)\n"
        "for i in range(3):\n"
        "    pass\n"
        "a = len(seen)\n"
        "p.irq(None)\n"
        "result = a\n"
        "p.init(Pin.IN)\n",
        expected=("value", 1),
        source="py/vm.c: pending_exception_check, v1.24.0..master",
        why="a handler may run at every branch of a driver",
    ),
    Row(
        name="eight-callbacks-wait-and-the-rest-is-lost",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(seen.append, Pin.IRQ_RISING | Pin.IRQ_FALLING)\n"
        "p.value(1)\np.value(0)\np.value(1)\np.value(0)\np.value(1)\np.value(0)\n"
        "p.value(1)\np.value(0)\np.value(1)\np.value(0)\np.value(1)\np.value(0)\n"
        "time.sleep_ms(60)\n"
        "p.irq(None)\n"
        "result = len(seen)\n"
        "p.init(Pin.IN)\n",
        expected=("value", 8),
        source="ports/esp32/mpconfigport.h: MICROPY_SCHEDULER_DEPTH 8; machine_pin.c: machine_pin_isr_handler ignores "
        "what mp_sched_schedule returns; v1.24.0..master",
        why="drivers poll their lines, because an interrupt can be lost",
    ),
    Row(
        name="schedule-a-ninth-raises",
        chips=ALL,
        versions=ALL,
        snippet="import micropython\n"
        "def nothing(x):\n"
        "    pass\n"
        "s = micropython.schedule\n"
        "s(nothing, 0)\ns(nothing, 0)\ns(nothing, 0)\ns(nothing, 0)\n"
        "s(nothing, 0)\ns(nothing, 0)\ns(nothing, 0)\ns(nothing, 0)\n"
        "s(nothing, 0)\n",
        expected=("raises", "RuntimeError", "schedule queue full"),
        source="py/modmicropython.c: mp_micropython_schedule, v1.24.0..master",
        why="only micropython.schedule reports it; a pin's or a timer's callback is dropped without a message",
    ),
    Row(
        name="callbacks-run-in-the-order-in-which-they-came",
        chips=ALL,
        versions=ALL,
        snippet="import micropython, time\n"
        "seen = []\n"
        "micropython.schedule(seen.append, 1)\n"
        "micropython.schedule(seen.append, 2)\n"
        "micropython.schedule(seen.append, 3)\n"
        "time.sleep_ms(40)\n"
        "result = tuple(seen)\n",
        expected=("value", (1, 2, 3)),
        source="py/scheduler.c: mp_sched_schedule, mp_sched_run_pending (a ring), v1.24.0..master",
        why="edges of one line are seen in their order",
    ),
    Row(
        name="callback-is-not-interrupted-by-another",
        chips=ALL,
        versions=ALL,
        snippet="import micropython, time\n"
        "seen = []\n"
        "def first(x):\n"
        "    micropython.schedule(seen.append, 'second')\n"
        "    for i in range(100):\n"
        "        pass\n"
        "    time.sleep_ms(20)\n"
        "    seen.append('first')\n"
        "micropython.schedule(first, 0)\n"
        "time.sleep_ms(60)\n"
        "result = tuple(seen)\n",
        expected=("value", ("first", "second")),
        source="py/scheduler.c: mp_sched_run_pending (MP_SCHED_LOCKED), v1.24.0..master",
        why="a handler needs no guard against another one",
    ),
    Row(
        name="exception-in-a-callback-is-printed-and-gone",
        chips=ALL,
        versions=ALL,
        snippet="import micropython, time\n"
        "def fail(x):\n"
        "    raise ValueError('in a callback')\n"
        "micropython.schedule(fail, 0)\n"
        "time.sleep_ms(30)\n"
        "result = 'here'\n",
        expected=("value", "here"),
        source="py/runtime_utils.c: mp_call_function_1_protected, v1.24.0..master",
        why="a fault in an interrupt handler never reaches Loop's fault",
    ),
    Row(
        name="keyboard-interrupt-in-a-callback-is-printed-and-gone",
        chips=ALL,
        versions=ALL,
        snippet="import micropython, time\n"
        "def stop(x):\n"
        "    raise KeyboardInterrupt\n"
        "micropython.schedule(stop, 0)\n"
        "time.sleep_ms(30)\n"
        "result = 'here'\n",
        expected=("value", "here"),
        source="py/runtime_utils.c: mp_call_function_1_protected catches BaseException, too, v1.24.0..master",
        why="Idle.soft records it, and the next wait raises it",
    ),
    Row(
        name="edge-pair-in-straight-code-is-read-late",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(lambda pin: seen.append(pin.value()), Pin.IRQ_RISING | Pin.IRQ_FALLING)\n"
        "p.value(1)\n"
        "p.value(0)\n"
        "time.sleep_ms(30)\n"
        "p.irq(None)\n"
        "result = tuple(seen)\n"
        "p.init(Pin.IN)\n",
        expected=("value", (0, 0)),
        source="ports/esp32/machine_pin.c: machine_pin_isr_handler carries no level, v1.24.0..master",
        why="PulseTrain._miss: two handlers that see the same level",
    ),
    Row(
        name="one-latch-a-pin-while-interrupts-are-off",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin, disable_irq, enable_irq\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(seen.append, Pin.IRQ_RISING | Pin.IRQ_FALLING)\n"
        "state = disable_irq()\n"
        "p.value(1)\n"
        "p.value(0)\n"
        "p.value(1)\n"
        "p.value(0)\n"
        "enable_irq(state)\n"
        "time.sleep_ms(30)\n"
        "p.irq(None)\n"
        "result = len(seen)\n"
        "p.init(Pin.IN)\n",
        expected=("value", 1),
        source="esp-idf gpio.c: gpio_intr_service, gpio_isr_loop (one status bit a pin); extmod/modmachine.c: "
        "machine_disable_irq; v1.24.0..master",
        why="the effect of a flash erase on a coin line: four edges, one handler",
    ),
    Row(
        name="two-pins-have-a-latch-each",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin, disable_irq, enable_irq\n"
        "import time\n"
        "seen = []\n"
        "low, high = sorted((OUT, OUT2))\n"
        "a = Pin(low, Pin.OUT, value=0)\n"
        "b = Pin(high, Pin.OUT, value=0)\n"
        "a.irq(lambda pin: seen.append('low'), Pin.IRQ_RISING)\n"
        "b.irq(lambda pin: seen.append('high'), Pin.IRQ_RISING)\n"
        "state = disable_irq()\n"
        "b.value(1)\n"
        "a.value(1)\n"
        "enable_irq(state)\n"
        "time.sleep_ms(30)\n"
        "a.irq(None)\n"
        "b.irq(None)\n"
        "result = tuple(seen)\n"
        "a.init(Pin.IN)\n"
        "b.init(Pin.IN)\n",
        expected=("value", ("low", "high")),
        source="esp-idf gpio.c: gpio_intr_service reads status, then status1, gpio_isr_loop takes the lowest bit first; "
        "v1.24.0..master",
        why="after a stall the order of handlers is that of the pin numbers, not that of the edges",
    ),
    Row(
        name="collection-runs-no-callback",
        chips=ALL,
        versions=ALL,
        snippet="import micropython, time, gc\n"
        "seen = []\n"
        "micropython.schedule(seen.append, 1)\n"
        "gc.collect()\n"
        "a = len(seen)\n"
        "time.sleep_ms(20)\n"
        "result = (a, len(seen))\n",
        expected=("value", (0, 1)),
        source="py/modgc.c: gc.collect runs no callback; py/vm.c; v1.24.0..master",
        why="a collection delays soft interrupts by its whole length",
    ),
    # time
    Row(
        name="ticks-wrap-at-2-to-the-30",
        chips=ALL,
        versions=ALL,
        snippet="import time\n"
        "result = (time.ticks_add(0x3FFFFFFF, 1), time.ticks_diff(0, 0x3FFFFFFF), time.ticks_diff(0x20000000, 0),\n"
        "          time.ticks_add(0, -1))\n",
        expected=("value", (0, 1, -0x20000000, 0x3FFFFFFF)),
        source="extmod/modtime.c: time_ticks_add, time_ticks_diff; MICROPY_PY_TIME_TICKS_PERIOD = MP_SMALL_INT_POSITIVE_MASK+1"
        ", v1.24.0..master",
        why="firmware/event_loop/loop.py counts with 0x3FFFFFFF itself",
    ),
    Row(
        name="ticks-add-of-half-the-period-raises",
        chips=ALL,
        versions=ALL,
        snippet="import time\ntime.ticks_add(0, 0x20000000)\n",
        expected=("raises", "OverflowError", "ticks interval overflow"),
        source="extmod/modtime.c: time_ticks_add, v1.24.0..master",
        why="Idle.wait adds a second at most",
    ),
    Row(
        name="ticks-add-of-a-little-less",
        chips=ALL,
        versions=ALL,
        snippet="import time\nresult = time.ticks_add(0, 0x1FFFFFFF)\n",
        expected=("value", 0x1FFFFFFF),
        source="extmod/modtime.c: time_ticks_add, v1.24.0..master",
        why="the longest time that a loop timer may have",
    ),
    Row(
        name="sleep-ms-is-exact",
        chips=ALL,
        versions=ALL,
        snippet="import time\nt = time.ticks_us()\ntime.sleep_ms(5)\nresult = time.ticks_diff(time.ticks_us(), t)\n",
        expected=("between", 4990, 5600),
        source="ports/esp32/mphalport.c: mp_hal_delay_ms (the rest by mp_hal_delay_us), v1.24.0..master",
        why="Lcd._begin",
    ),
    Row(
        name="sleep-ms-of-a-negative-returns-at-once",
        chips=ALL,
        versions=ALL,
        snippet="import time\n"
        "t = time.ticks_us()\n"
        "time.sleep_ms(-5)\n"
        "time.sleep_us(-5)\n"
        "result = time.ticks_diff(time.ticks_us(), t)\n",
        expected=("between", 0, 500),
        source="extmod/modtime.c: time_sleep_ms, time_sleep_us, v1.24.0..master",
        why="no driver does it",
    ),
    Row(
        name="sleep-us-of-5-is-no-sleep",
        chips=ALL,
        versions=ALL,
        snippet="import time\n"
        "time.sleep_us(5)\n"
        "t = time.ticks_us()\n"
        "time.sleep_us(5)\n"
        "result = time.ticks_diff(time.ticks_us(), t)\n",
        expected=("between", 0, 60),
        source="ports/esp32/mphalport.c: mp_hal_delay_us subtracts 5 us of overhead: nothing is left; v1.24.0..master",
        why="Keypad waits 10 us for a column to settle",
    ),
    Row(
        name="sleep-us-is-exact-enough",
        chips=ALL,
        versions=ALL,
        snippet="import time\n"
        "time.sleep_us(150)\n"
        "t = time.ticks_us()\n"
        "time.sleep_us(150)\n"
        "result = time.ticks_diff(time.ticks_us(), t)\n",
        expected=("between", 145, 260),
        source="ports/esp32/mphalport.c: mp_hal_delay_us, v1.24.0..master",
        why="Lcd._begin waits 150 us",
    ),
    Row(
        name="sleep-us-of-100-runs-no-callback",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(seen.append, Pin.IRQ_RISING)\n"
        "p.value(1)\n"
        "time.sleep_us(100)\n"
        "a = len(seen)\n"
        "p.irq(None)\n"
        "result = a\n"
        "p.init(Pin.IN)\n",
        expected=("value", 0),
        source="ports/esp32/mphalport.c: mp_hal_delay_us (pend_overhead 150), v1.24.0..master",
        why="no handler runs while Keypad._read_rows and Lcd wait",
    ),
    Row(
        name="sleep-us-of-2000-runs-callbacks",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(seen.append, Pin.IRQ_RISING)\n"
        "p.value(1)\n"
        "time.sleep_us(2000)\n"
        "a = len(seen)\n"
        "p.irq(None)\n"
        "result = a\n"
        "p.init(Pin.IN)\n",
        expected=("value", 1),
        source="ports/esp32/mphalport.c: mp_hal_delay_us calls mp_handle_pending, v1.24.0..master",
        why="a handler can run in a longer wait",
    ),
    Row(
        name="sleep-ms-runs-callbacks",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin\n"
        "import time\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(seen.append, Pin.IRQ_RISING)\n"
        "p.value(1)\n"
        "time.sleep_ms(2)\n"
        "a = len(seen)\n"
        "p.irq(None)\n"
        "result = a\n"
        "p.init(Pin.IN)\n",
        expected=("value", 1),
        source="ports/esp32/mphalport.c: mp_hal_delay_ms, v1.24.0..master",
        why="a handler can run in the middle of Lcd._begin",
    ),
    Row(
        name="idle-runs-no-callback",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin, idle\n"
        "seen = []\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(seen.append, Pin.IRQ_RISING)\n"
        "p.value(1)\n"
        "idle()\n"
        "a = len(seen)\n"
        "p.irq(None)\n"
        "result = a\n"
        "p.init(Pin.IN)\n",
        expected=("value", 0),
        source="ports/esp32/modmachine.c: mp_machine_idle (GIL and taskYIELD only), v1.24.0..master",
        why="hal waits in ipoll instead",
    ),
    # select
    Row(
        name="ipoll-asks-the-object-with-3-and-its-flags",
        chips=ALL,
        versions=ALL,
        snippet="import io, select\n"
        "asked = []\n"
        "class Thing(io.IOBase):\n"
        "    def ioctl(self, request, flags):\n"
        "        asked.append((request, flags))\n"
        "        return 0\n"
        "poll = select.poll()\n"
        "poll.register(Thing(), select.POLLIN)\n"
        "before = len(asked)\n"
        "n = 0\n"
        "for ready in poll.ipoll(0):\n"
        "    n += 1\n"
        "result = (before, tuple(asked), n)\n",
        expected=("value", (0, ((3, 1),), 0)),
        source="extmod/modselect.c: poll_set_add_obj, poll_set_poll_once (no MICROPY_PY_SELECT_POSIX_OPTIMISATIONS on "
        "this port); v1.24.0..master",
        why="Idle.ioctl answers request 3",
    ),
    Row(
        name="ipoll-gives-object-and-flags",
        chips=ALL,
        versions=ALL,
        snippet="import io, select\n"
        "class Thing(io.IOBase):\n"
        "    def ioctl(self, request, flags):\n"
        "        return flags\n"
        "thing = Thing()\n"
        "poll = select.poll()\n"
        "poll.register(thing, select.POLLIN)\n"
        "seen = []\n"
        "for ready in poll.ipoll(1000):\n"
        "    seen.append((ready[0] is thing, ready[1]))\n"
        "result = tuple(seen)\n",
        expected=("value", ((True, 1),)),
        source="extmod/modselect.c: poll_iternext, v1.24.0..master",
        why="Idle.wait uses ready[0]",
    ),
    Row(
        name="ipoll-of-5-takes-5-to-15-ms",
        chips=ALL,
        versions=ALL,
        snippet="import io, select, time\n"
        "class Thing(io.IOBase):\n"
        "    def ioctl(self, request, flags):\n"
        "        return 0\n"
        "poll = select.poll()\n"
        "poll.register(Thing(), select.POLLIN)\n"
        "worst = 0\n"
        "least = 1000\n"
        "for i in range(20):\n"
        "    t = time.ticks_ms()\n"
        "    for ready in poll.ipoll(5):\n"
        "        pass\n"
        "    took = time.ticks_diff(time.ticks_ms(), t)\n"
        "    worst = max(worst, took)\n"
        "    least = min(least, took)\n"
        "result = worst if least >= 5 else -least\n",
        expected=("between", 9, 17),
        source="ports/esp32/mpconfigport.h: MICROPY_EVENT_POLL_HOOK (ulTaskNotifyTake of one tick: CONFIG_FREERTOS_HZ "
        "100); extmod/modselect.c: poll_set_poll_until_ready_or_timeout; v1.24.0..master",
        why="a poll every 5 ms comes only every 10 ms: pulse_train.py takes this into account",
    ),
    Row(
        name="ipoll-of-100-takes-100-to-110-ms",
        chips=ALL,
        versions=ALL,
        snippet="import io, select, time\n"
        "class Thing(io.IOBase):\n"
        "    def ioctl(self, request, flags):\n"
        "        return 0\n"
        "poll = select.poll()\n"
        "poll.register(Thing(), select.POLLIN)\n"
        "t = time.ticks_ms()\n"
        "for ready in poll.ipoll(100):\n"
        "    pass\n"
        "result = time.ticks_diff(time.ticks_ms(), t)\n",
        expected=("between", 100, 112),
        source="ports/esp32/mpconfigport.h: MICROPY_EVENT_POLL_HOOK, v1.24.0..master",
        why="Idle.wait may oversleep by a tick",
    ),
    Row(
        name="ipoll-wakes-at-once-for-a-soft-interrupt",
        chips=ALL,
        versions=ALL,
        snippet="import io, select, time\n"
        "from machine import Timer\n"
        "class Thing(io.IOBase):\n"
        "    ready = False\n"
        "    def ioctl(self, request, flags):\n"
        "        return flags if self.ready else 0\n"
        "thing = Thing()\n"
        "def fire(timer):\n"
        "    thing.ready = True\n"
        "poll = select.poll()\n"
        "poll.register(thing, select.POLLIN)\n"
        "timer = Timer(0)\n"
        "t = time.ticks_us()\n"
        "timer.init(mode=Timer.ONE_SHOT, period=33, callback=fire)\n"
        "for ready in poll.ipoll(1000):\n"
        "    pass\n"
        "result = time.ticks_diff(time.ticks_us(), t)\n"
        "timer.deinit()\n",
        expected=("between", 32900, 35500),
        source="ports/esp32/mphalport.c: mp_hal_wake_main_task_from_isr (the task's notification ends "
        "ulTaskNotifyTake); v1.24.0..master",
        why="the machine reacts to a pin at once although it polls at ticks of 10 ms",
    ),
    Row(
        name="ipoll-does-not-sleep-over-a-callback-that-came-before",
        chips=ALL,
        versions=ALL,
        snippet="import io, select, time, micropython\n"
        "class Thing(io.IOBase):\n"
        "    ready = False\n"
        "    def ioctl(self, request, flags):\n"
        "        return flags if self.ready else 0\n"
        "thing = Thing()\n"
        "def fire(x):\n"
        "    thing.ready = True\n"
        "poll = select.poll()\n"
        "poll.register(thing, select.POLLIN)\n"
        "t = time.ticks_us()\n"
        "micropython.schedule(fire, 0)\n"
        "for ready in poll.ipoll(500):\n"
        "    pass\n"
        "result = time.ticks_diff(time.ticks_us(), t)\n",
        expected=("between", 0, 5000),
        source="extmod/modselect.c: poll_set_poll_until_ready_or_timeout (mp_handle_pending first), v1.24.0..master",
        why="no wake-up is lost between busy() and the sleep",
    ),
    Row(
        name="register-needs-a-stream",
        chips=ALL,
        versions=ALL,
        snippet="import select\nselect.poll().register(object(), select.POLLIN)\n",
        expected=("raises", "OSError", "stream operation not supported"),
        source="py/stream.c: mp_get_stream_raise, v1.24.0..master",
        why="Idle derives from io.IOBase",
    ),
    Row(
        name="stdin-polls-empty-when-nothing-is-typed",
        chips=ALL,
        versions=ALL,
        snippet="import select, sys\n"
        "poll = select.poll()\n"
        "poll.register(sys.stdin.buffer, select.POLLIN)\n"
        "n = 0\n"
        "for ready in poll.ipoll(0):\n"
        "    n += 1\n"
        "result = n\n",
        expected=("value", 0),
        source="ports/esp32/mphalport.c: mp_hal_stdio_poll; shared/runtime/sys_stdio_mphal.c; v1.24.0..master",
        why="Board.hear registers sys.stdin.buffer",
    ),
    Row(
        name="stdout-polls-as-always-writable",
        chips=ALL,
        versions=ALL,
        snippet="import select, sys\n"
        "poll = select.poll()\n"
        "poll.register(sys.stdin.buffer, select.POLLOUT)\n"
        "n = 0\n"
        "for ready in poll.ipoll(0):\n"
        "    n += ready[1]\n"
        "result = n\n",
        expected=("value", 4),
        source="ports/esp32/mphalport.c: mp_hal_stdio_poll (MP_STREAM_POLL_WR at once, whatever blocks); v1.24.0..master",
        why="polling does not show that print would block",
    ),
    # Timer
    Row(
        name="timer-4-is-timer-0",
        chips=TWO,
        versions=((1, 24), (1, 24)),
        snippet="from machine import Timer\nresult = Timer(4) is Timer(0)\n",
        expected=("value", True),
        source="ports/esp32/machine_timer.c: machine_timer_create takes two bits of the id, v1.24.0, v1.24.1",
        why="ids are not checked there",
    ),
    Row(
        name="timer-4-is-refused",
        chips=TWO,
        versions=((1, 25), (1, 28)),
        snippet="from machine import Timer\nTimer(4)\n",
        expected=("raises", "ValueError", "invalid Timer number"),
        source="ports/esp32/machine_timer.c: machine_timer_make_new, v1.25.0..v1.28.0",
        why="there are four",
    ),
    Row(
        name="timer-4-does-not-exist",
        chips=TWO,
        versions=((1, 29), (1, 29)),
        snippet="from machine import Timer\nTimer(4)\n",
        expected=("raises", "ValueError", "Timer(4) doesn't exist, there are only 4 hardware timers"),
        source="ports/esp32/machine_timer.c: machine_timer_create, master",
        why="there are four",
    ),
    Row(
        name="timer-2-is-timer-0-on-the-c3",
        chips=("esp32c3",),
        versions=((1, 24), (1, 24)),
        snippet="from machine import Timer\nresult = Timer(2) is Timer(0)\n",
        expected=("value", True),
        source="ports/esp32/machine_timer.c: machine_timer_create (group = timer & 1), v1.24.0, v1.24.1",
        why="hal/guard.py needs one timer only",
    ),
    Row(
        name="timer-2-is-refused-on-the-c3",
        chips=("esp32c3",),
        versions=((1, 25), (1, 28)),
        snippet="from machine import Timer\nTimer(2)\n",
        expected=("raises", "ValueError", "invalid Timer number"),
        source="ports/esp32/machine_timer.c: machine_timer_make_new (SOC_TIMER_GROUP_TOTAL_TIMERS 2), v1.25.0..v1.28.0",
        why="hal/guard.py needs one timer only",
    ),
    Row(
        name="timer-2-does-not-exist-on-the-c3",
        chips=("esp32c3",),
        versions=((1, 29), (1, 29)),
        snippet="from machine import Timer\nTimer(2)\n",
        expected=("raises", "ValueError", "Timer(2) doesn't exist, there are only 2 hardware timers"),
        source="ports/esp32/machine_timer.c: machine_timer_create, master",
        why="hal/guard.py needs one timer only",
    ),
    Row(
        name="timer-minus-1-is-timer-3",
        chips=TWO,
        versions=((1, 24), (1, 24)),
        snippet="from machine import Timer\nresult = Timer(-1) is Timer(3)\n",
        expected=("value", True),
        source="ports/esp32/machine_timer.c: machine_timer_create, v1.24.0, v1.24.1",
        why="there are no virtual timers before 1.29",
    ),
    Row(
        name="timer-minus-1-is-refused",
        chips=ALL,
        versions=((1, 25), (1, 28)),
        snippet="from machine import Timer\nTimer(-1)\n",
        expected=("raises", "ValueError", "invalid Timer number"),
        source="ports/esp32/machine_timer.c: machine_timer_make_new (unsigned comparison), v1.25.0..v1.28.0",
        why="there are no virtual timers before 1.29",
    ),
    Row(
        name="timer-minus-1-is-virtual",
        chips=ALL,
        versions=((1, 29), (1, 29)),
        snippet="from machine import Timer\n"
        "import time\n"
        "seen = []\n"
        "timer = Timer(-1)\n"
        "other = Timer(-1)\n"
        "timer.init(mode=Timer.ONE_SHOT, period=20, callback=seen.append)\n"
        "time.sleep_ms(80)\n"
        "timer.deinit()\n"
        "result = (len(seen), timer is other)\n",
        expected=("value", (1, False)),
        source="ports/esp32/machine_timer.c: machine_timer_make_new, machine_timer_create (esp_timer), master",
        why="no version below 1.29 has it",
    ),
    Row(
        name="timer-is-one-object-an-id",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Timer\nresult = Timer(1) is Timer(1)\n",
        expected=("value", True),
        source="ports/esp32/machine_timer.c: machine_timer_create, v1.24.0..master",
        why="a second Guard would end the first",
    ),
    Row(
        name="one-shot-fires-once-with-the-timer",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Timer\n"
        "import time\n"
        "seen = []\n"
        "timer = Timer(0)\n"
        "timer.init(mode=Timer.ONE_SHOT, period=20, callback=seen.append)\n"
        "time.sleep_ms(15)\n"
        "early = len(seen)\n"
        "time.sleep_ms(100)\n"
        "timer.deinit()\n"
        "result = (early, len(seen), seen[0] is timer)\n",
        expected=("value", (0, 1, True)),
        source="ports/esp32/machine_timer.c: machine_timer_isr, from 1.26 machine_timer_isr_handler, master: "
        "machine_timer_handler; v1.24.0..master",
        why="no driver uses one: each init leaks, from 1.26 to 1.28",
    ),
    Row(
        name="one-shot-set-anew-fires-at-the-new-time-only",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Timer\n"
        "import time\n"
        "seen = []\n"
        "timer = Timer(0)\n"
        "timer.init(mode=Timer.ONE_SHOT, period=30, callback=seen.append)\n"
        "time.sleep_ms(10)\n"
        "timer.init(mode=Timer.ONE_SHOT, period=60, callback=seen.append)\n"
        "time.sleep_ms(40)\n"
        "early = len(seen)\n"
        "time.sleep_ms(100)\n"
        "timer.deinit()\n"
        "result = (early, len(seen))\n",
        expected=("value", (0, 1)),
        source="ports/esp32/machine_timer.c: machine_timer_init_helper, v1.24.0..master",
        why="no driver uses one: each init leaks, from 1.26 to 1.28",
    ),
    Row(
        name="timer-deinit-in-time-keeps-it-from-firing",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Timer\n"
        "import time\n"
        "seen = []\n"
        "timer = Timer(0)\n"
        "timer.init(mode=Timer.ONE_SHOT, period=40, callback=seen.append)\n"
        "time.sleep_ms(10)\n"
        "timer.deinit()\n"
        "time.sleep_ms(80)\n"
        "result = len(seen)\n",
        expected=("value", 0),
        source="ports/esp32/machine_timer.c: machine_timer_deinit, v1.24.0..master",
        why="no driver uses it",
    ),
    Row(
        name="timer-deinit-does-not-take-a-callback-back",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Timer\n"
        "import time, gc\n"
        "seen = []\n"
        "timer = Timer(0)\n"
        "t = time.ticks_us()\n"
        "timer.init(mode=Timer.ONE_SHOT, period=1, callback=seen.append)\n"
        "gc.collect(); gc.collect(); gc.collect(); gc.collect(); gc.collect()\n"
        "timer.deinit()\n"
        "a = len(seen)\n"
        "time.sleep_ms(20)\n"
        "result = (a, len(seen))\n",
        expected=("value", (0, 1)),
        source="ports/esp32/machine_timer.c: machine_timer_deinit leaves the scheduler's queue alone; v1.24.0..master",
        why="hal/guard.py never stops its timer, and checks whether a limit is running",
    ),
    Row(
        name="periodic-fires-until-deinit",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Timer\n"
        "import time\n"
        "seen = []\n"
        "timer = Timer(1)\n"
        "timer.init(mode=Timer.PERIODIC, period=20, callback=seen.append)\n"
        "time.sleep_ms(210)\n"
        "timer.deinit()\n"
        "n = len(seen)\n"
        "time.sleep_ms(60)\n"
        "result = n if len(seen) - n <= 1 else -1\n",
        expected=("between", 9, 11),
        source="ports/esp32/machine_timer.c: machine_timer_isr, v1.24.0..master",
        why="hal/guard.py: one init for all actuators",
    ),
    Row(
        name="timer-mode-is-periodic-by-default",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Timer\n"
        "import time\n"
        "seen = []\n"
        "timer = Timer(0)\n"
        "timer.init(period=20, callback=seen.append)\n"
        "time.sleep_ms(110)\n"
        "timer.deinit()\n"
        "result = len(seen)\n",
        expected=("between", 4, 6),
        source="ports/esp32/machine_timer.c: machine_timer_init_helper (mode 1), v1.24.0..master",
        why="Guard passes its mode",
    ),
    Row(
        name="timer-deinit-of-an-idle-timer-is-harmless",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Timer\ntimer = Timer(1)\ntimer.deinit()\ntimer.deinit()\nresult = True\n",
        expected=("value", True),
        source="ports/esp32/machine_timer.c: machine_timer_deinit (master: gptimer prints an error line on the "
        "console); v1.24.0..master",
        why="no driver uses it",
    ),
    Row(
        name="timer-hard-is-no-argument",
        chips=ALL,
        versions=((1, 24), (1, 26)),
        snippet="from machine import Timer\nTimer(0).init(mode=Timer.ONE_SHOT, period=20, callback=print, hard=True)\n",
        expected=("raises", "TypeError", None),
        source="ports/esp32/machine_timer.c: machine_timer_init_helper allowed_args, v1.24.0..v1.26.1",
        why="timer callbacks are soft",
    ),
    Row(
        name="timer-hard-is-refused",
        chips=ALL,
        versions=((1, 27), (1, 29)),
        snippet="from machine import Timer\nTimer(0).init(mode=Timer.ONE_SHOT, period=20, callback=print, hard=True)\n",
        expected=("raises", "ValueError", "hard Timers are not implemented"),
        source="ports/esp32/machine_timer.c: machine_timer_init_helper, v1.27.0..master",
        why="timer callbacks are soft",
    ),
    Row(
        name="timer-arguments-are-keyword-only",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Timer\nTimer(0).init(20)\n",
        expected=("raises", "TypeError", None),
        source="ports/esp32/machine_timer.c: machine_timer_init_helper allowed_args, v1.24.0..master",
        why="hal/guard.py uses keywords",
    ),
    Row(
        name="timer-period-of-a-float-is-refused",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Timer\nTimer(0).init(mode=Timer.ONE_SHOT, period=20.5, callback=print)\n",
        expected=("raises", "TypeError", None),
        source="py/argcheck.c: MP_ARG_INT; ports/esp32/machine_timer.c; v1.24.0..master",
        why="Guard's times are integers",
    ),
    Row(
        name="timer-period-of-0-is-taken",
        chips=ALL,
        versions=((1, 24), (1, 28)),
        snippet="from machine import Timer\n"
        "import time\n"
        "timer = Timer(0)\n"
        "timer.init(mode=Timer.ONE_SHOT, period=0, callback=lambda timer: None)\n"
        "time.sleep_ms(5)\n"
        "timer.deinit()\n"
        "result = True\n",
        expected=("value", True),
        source="ports/esp32/machine_timer.c: machine_timer_init_helper checks nothing, v1.24.0..v1.28.0",
        why="no driver does it",
    ),
    Row(
        name="timer-period-of-0-is-refused",
        chips=ALL,
        versions=((1, 29), (1, 29)),
        snippet="from machine import Timer\n"
        "Timer(0).init(mode=Timer.ONE_SHOT, period=0, callback=lambda timer: None)\n",
        expected=("raises", "ValueError", "Timer period is too short for this timer"),
        source="ports/esp32/machine_timer.c: machine_timer_configure, master",
        why="no driver does it",
    ),
    # PWM
    Row(
        name="pwm-duty-ns-in-the-constructor-works",
        chips=ALL,
        versions=OLD,
        snippet="from machine import Pin, PWM\n"
        "import time\n"
        "pwm = PWM(Pin(OUT), freq=50, duty_ns=1500000)\n"
        "time.sleep_ms(60)\n"
        "result = pwm.duty_ns()\n"
        "pwm.deinit()\n"
        "Pin(OUT, Pin.IN)\n",
        expected=("between", 1498000, 1501000),
        source="ports/esp32/machine_pwm.c: mp_machine_pwm_init_helper, set_duty_ns, v1.24.0..v1.25.0",
        why="hal/pwm_output.py must not rely on it",
    ),
    Row(
        name="pwm-duty-ns-in-the-constructor-raises",
        chips=ALL,
        versions=NEW,
        snippet="from machine import Pin, PWM\nPWM(Pin(OUT), freq=50, duty_ns=1500000)\n",
        expected=("raises", "RuntimeError", "PWM is inactive"),
        source="ports/esp32/machine_pwm.c: mp_machine_pwm_init_helper, check_duty_ns, duty_to_ns, pwm_is_active, "
        "v1.26.0..master",
        why="hal/pwm_output.py sets the duty afterwards: otherwise no servo turns and no buzzer sounds",
    ),
    Row(
        name="pwm-duty-u16-then-duty-ns",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin, PWM\n"
        "import time\n"
        "pwm = PWM(Pin(OUT), freq=50, duty_u16=0)\n"
        "pwm.duty_ns(1500000)\n"
        "time.sleep_ms(60)\n"
        "result = pwm.duty_ns()\n"
        "pwm.deinit()\n"
        "Pin(OUT, Pin.IN)\n",
        expected=("between", 1498000, 1501000),
        source="ports/esp32/machine_pwm.c: set_duty_ns, get_duty_ns (13 or 14 bits on S3 and C3, 16 to 20 on the "
        "ESP32), v1.24.0..master",
        why="this order works in all versions",
    ),
    Row(
        name="pwm-duty-of-0-never-pulses",
        chips=ALL,
        versions=NEW,
        snippet="from machine import Pin, PWM\n"
        "import time\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "pwm = PWM(p, freq=1000, duty_u16=0)\n"
        "high = 0\n"
        "for i in range(300):\n"
        "    high += p.value()\n"
        "    time.sleep_us(37)\n"
        "result = high\n"
        "pwm.deinit()\n"
        "p.init(Pin.IN)\n",
        expected=("value", 0),
        source="ports/esp32/machine_pwm.c: apply_duty (the channel is configured with its duty), v1.26.0..master",
        why="constructing with duty_u16=0 first does not move a servo",
    ),
    Row(
        name="pwm-can-be-read-back",
        chips=ALL,
        versions=NEW,
        snippet="from machine import Pin, PWM\n"
        "import time\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "pwm = PWM(p, freq=1000, duty_u16=32768)\n"
        "time.sleep_ms(5)\n"
        "high = 0\n"
        "for i in range(500):\n"
        "    high += p.value()\n"
        "    time.sleep_us(37)\n"
        "result = high\n"
        "pwm.deinit()\n"
        "p.init(Pin.IN)\n",
        expected=("between", 175, 325),
        source="ports/esp32/machine_pwm.c: reconfigure_pin; esp-idf ledc.c: _ledc_set_pin (5.4 on: the input stays "
        "enabled); v1.26.0..master",
        why="a self-test could; no driver does",
    ),
    Row(
        name="pwm-cannot-be-read-back",
        chips=ALL,
        versions=OLD,
        snippet="from machine import Pin, PWM\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "pwm = PWM(p, freq=1000, duty_u16=65535)\n"
        "result = p.value()\n"
        "pwm.deinit()\n"
        "p.init(Pin.IN)\n",
        expected=("value", 0),
        source="esp-idf 5.2.2 ledc.c: ledc_channel_config (gpio_set_direction(GPIO_MODE_OUTPUT): the input is off); "
        "ports/esp32/machine_pwm.c: configure_channel; v1.24.0..v1.25.0",
        why="Pin.value of a pin with PWM is meaningless there",
    ),
    Row(
        name="pwm-duty-ns-longer-than-the-period",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin, PWM\n"
        "pwm = PWM(Pin(OUT), freq=50, duty_u16=0)\n"
        "try:\n"
        "    pwm.duty_ns(20000001)\n"
        "finally:\n"
        "    pwm.deinit()\n"
        "    Pin(OUT, Pin.IN)\n",
        expected=("raises", "ValueError", "duty_ns must be from 0 to 20000000 ns"),
        source="ports/esp32/machine_pwm.c: set_duty_ns, from 1.26 check_duty_ns, v1.24.0..master",
        why="firmware/config/machine_file.py keeps a servo's pulse within its frame",
    ),
    Row(
        name="pwm-duty-ns-below-0",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin, PWM\n"
        "pwm = PWM(Pin(OUT), freq=50, duty_u16=0)\n"
        "try:\n"
        "    pwm.duty_ns(-1)\n"
        "finally:\n"
        "    pwm.deinit()\n"
        "    Pin(OUT, Pin.IN)\n",
        expected=("raises", "ValueError", "duty_ns must be from 0 to 20000000 ns"),
        source="ports/esp32/machine_pwm.c: set_duty_ns, from 1.26 check_duty_ns, v1.24.0..master",
        why="firmware/config/machine_file.py refuses it",
    ),
    Row(
        name="pwm-duty-u16-too-large-old-text",
        chips=ALL,
        versions=OLD,
        snippet="from machine import Pin, PWM\n"
        "pwm = PWM(Pin(OUT), freq=50, duty_u16=0)\n"
        "try:\n"
        "    pwm.duty_u16(65536)\n"
        "finally:\n"
        "    pwm.deinit()\n"
        "    Pin(OUT, Pin.IN)\n",
        expected=("raises", "ValueError", "duty_u16 must be from 0 to 65535"),
        source="ports/esp32/machine_pwm.c: set_duty_u16, v1.24.0..v1.25.0",
        why="the largest value is 65535",
    ),
    Row(
        name="pwm-duty-u16-too-large-new-text",
        chips=ALL,
        versions=NEW,
        snippet="from machine import Pin, PWM\n"
        "pwm = PWM(Pin(OUT), freq=50, duty_u16=0)\n"
        "try:\n"
        "    pwm.duty_u16(65536)\n"
        "finally:\n"
        "    pwm.deinit()\n"
        "    Pin(OUT, Pin.IN)\n",
        expected=("raises", "ValueError", "duty_u16 must be from 0 to 65536"),
        source="ports/esp32/machine_pwm.c: check_duty_u16 (65536 itself is refused), v1.26.0..master",
        why="the largest value is 65535",
    ),
    Row(
        name="pwm-frequency-of-0",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin, PWM\nPWM(Pin(OUT), freq=0, duty_u16=0)\n",
        expected=("raises", "ValueError", "frequency must be from 1Hz to 40MHz"),
        source="ports/esp32/machine_pwm.c: mp_machine_pwm_init_helper, from 1.26 check_freq_ranges, v1.24.0..master",
        why="tone_hz",
    ),
    Row(
        name="pwm-frequency-too-high",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin, PWM\nPWM(Pin(OUT), freq=40000001, duty_u16=0)\n",
        expected=("raises", "ValueError", "frequency must be from 1Hz to 40MHz"),
        source="ports/esp32/machine_pwm.c: mp_machine_pwm_init_helper, from 1.26 check_freq_ranges, v1.24.0..master",
        why="tone_hz",
    ),
    Row(
        name="pwm-on-an-input-only-pin-old",
        chips=("esp32",),
        versions=OLD,
        snippet="from machine import Pin, PWM\nPWM(Pin(IN_ONLY), freq=50, duty_u16=0)\n",
        expected=("raises", "ValueError", "PWM not supported on Pin(34)"),
        source="ports/esp32/machine_pwm.c: configure_channel, v1.24.0..v1.25.0",
        why="firmware/config/machine_file.py refuses such an output",
    ),
    Row(
        name="pwm-on-an-input-only-pin-new",
        chips=("esp32",),
        versions=NEW,
        snippet="from machine import Pin, PWM\n"
        "try:\n"
        "    PWM(Pin(IN_ONLY), freq=50, duty_u16=0)\n"
        "    result = None\n"
        "except OSError as error:\n"
        "    result = error.errno\n",
        expected=("value", -258),
        source="ports/esp32/machine_pwm.c: apply_duty (check_esp_err of ledc_channel_config: ESP_ERR_INVALID_ARG), "
        "v1.26.0..master",
        why="firmware/config/machine_file.py refuses such an output. Leaves a PWM timer of 50 Hz taken",
    ),
    Row(
        name="pwm-deinit-twice-is-harmless",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin, PWM\n"
        "pwm = PWM(Pin(OUT), freq=50, duty_u16=0)\n"
        "pwm.deinit()\n"
        "pwm.deinit()\n"
        "Pin(OUT, Pin.IN)\n"
        "result = True\n",
        expected=("value", True),
        source="ports/esp32/machine_pwm.c: mp_machine_pwm_deinit, pwm_deinit, v1.24.0..master",
        why="PwmOutput.off",
    ),
    Row(
        name="pwm-after-deinit-old",
        chips=ALL,
        versions=OLD,
        snippet="from machine import Pin, PWM\n"
        "pwm = PWM(Pin(OUT), freq=50, duty_u16=0)\n"
        "pwm.deinit()\n"
        "Pin(OUT, Pin.IN)\n"
        "pwm.duty_ns(1000)\n",
        expected=("raises", "RuntimeError", "PWM inactive"),
        source="ports/esp32/machine_pwm.c: pwm_is_active, v1.24.0..v1.25.0",
        why="hal/pwm_output.py makes a new one",
    ),
    Row(
        name="pwm-after-deinit-new",
        chips=ALL,
        versions=NEW,
        snippet="from machine import Pin, PWM\n"
        "pwm = PWM(Pin(OUT), freq=50, duty_u16=0)\n"
        "pwm.deinit()\n"
        "Pin(OUT, Pin.IN)\n"
        "pwm.duty_ns(1000)\n",
        expected=("raises", "RuntimeError", "PWM is inactive"),
        source="ports/esp32/machine_pwm.c: pwm_is_active, v1.26.0..master",
        why="hal/pwm_output.py makes a new one",
    ),
    Row(
        name="pwm-deinit-leaves-the-pin-at-0-whatever-it-was",
        chips=ALL,
        versions=NEW,
        snippet="from machine import Pin, PWM\n"
        "p = Pin(OUT, Pin.OUT, Pin.PULL_UP, value=1)\n"
        "pwm = PWM(p, freq=1000, duty_u16=65535)\n"
        "pwm.deinit()\n"
        "a = p.value()\n"
        "p.value(1)\n"
        "b = p.value()\n"
        "p.init(Pin.OUT)\n"
        "result = (a, b, p.value())\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", (0, 0, 1)),
        source="ports/esp32/machine_pwm.c: pwm_deinit (ledc_stop with idle level 0; the pin stays on the LEDC's "
        "signal until Pin.init with a mode); v1.26.0..master",
        why="PwmOutput.off makes the Pin again: otherwise an output whose safe level is 1 stays at 0",
    ),
    Row(
        name="pwm-of-another-pin-comes-out-of-one-that-was-only-deinited",
        chips=ALL,
        versions=NEW,
        snippet="from machine import Pin, PWM\n"
        "import time\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "a = PWM(p, freq=1000, duty_u16=0)\n"
        "a.deinit()\n"
        "b = PWM(Pin(OUT2), freq=1000, duty_u16=32768)\n"
        "time.sleep_ms(5)\n"
        "high = 0\n"
        "for i in range(500):\n"
        "    high += p.value()\n"
        "    time.sleep_us(37)\n"
        "result = high\n"
        "b.deinit()\n"
        "p.init(Pin.IN)\n"
        "Pin(OUT2, Pin.IN)\n",
        expected=("between", 150, 350),
        source="ports/esp32/machine_pwm.c: pwm_deinit leaves the matrix on the channel, find_channel gives the lowest free "
        "channel; v1.26.0..master",
        why="PwmOutput.off makes the Pin again: otherwise a beep could move a servo",
        sure=False,  # follows from the source; not tested
    ),
    Row(
        name="pin-out-after-pwm-deinit-is-free-of-other-pwm",
        chips=ALL,
        versions=NEW,
        snippet="from machine import Pin, PWM\n"
        "import time\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "a = PWM(p, freq=1000, duty_u16=0)\n"
        "a.deinit()\n"
        "p.init(Pin.OUT, value=0)\n"
        "b = PWM(Pin(OUT2), freq=1000, duty_u16=32768)\n"
        "time.sleep_ms(5)\n"
        "high = 0\n"
        "for i in range(300):\n"
        "    high += p.value()\n"
        "    time.sleep_us(37)\n"
        "result = high\n"
        "b.deinit()\n"
        "p.init(Pin.IN)\n"
        "Pin(OUT2, Pin.IN)\n",
        expected=("value", 0),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper -> gpio_output_enable; v1.26.0..master",
        why="PwmOutput.off",
    ),
    Row(
        name="pwm-deinit-lets-the-pin-float",
        chips=ALL,
        versions=OLD,
        snippet="from machine import Pin, PWM\n"
        "import time\n"
        "p = Pin(OUT, Pin.OUT, Pin.PULL_UP, value=0)\n"
        "pwm = PWM(p, freq=1000, duty_u16=0)\n"
        "pwm.deinit()\n"
        "p.init(Pin.IN)\n"
        "time.sleep_ms(1)\n"
        "result = p.value()\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", 1),
        source="ports/esp32/machine_pwm.c: pwm_deinit (esp_rom_gpio_connect_out_signal with the output enable "
        "inverted), v1.24.0..v1.25.0",
        why="between PWM.deinit and Pin(...) the output floats for some microseconds there",
    ),
    Row(
        name="pin-out-detaches-a-live-pwm",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin, PWM\n"
        "import time\n"
        "pwm = PWM(Pin(OUT), freq=1000, duty_u16=32768)\n"
        "time.sleep_ms(3)\n"
        "p = Pin(OUT, Pin.OUT, value=1)\n"
        "low = 0\n"
        "for i in range(200):\n"
        "    low += 1 - p.value()\n"
        "    time.sleep_us(37)\n"
        "result = low\n"
        "pwm.deinit()\n"
        "Pin(OUT, Pin.IN)\n",
        expected=("value", 0),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper -> gpio_set_direction -> gpio_output_enable "
        "(routes the pin to the GPIO output); v1.24.0..master",
        why="boot.py's Pin(...) takes an output away from a PWM that has survived a watchdog reset",
    ),
    Row(
        name="pwm-duty-after-a-pin-took-the-output-away-is-without-effect",
        chips=ALL,
        versions=NEW,
        snippet="from machine import Pin, PWM\n"
        "import time\n"
        "pwm = PWM(Pin(OUT), freq=1000, duty_u16=32768)\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "pwm.duty_u16(65535)\n"
        "time.sleep_ms(5)\n"
        "result = p.value()\n"
        "pwm.deinit()\n"
        "Pin(OUT, Pin.IN)\n",
        expected=("value", 0),
        source="ports/esp32/machine_pwm.c: apply_duty (the pin is routed only for a new channel), v1.26.0..master",
        why="a second Pin(...) on a servo's gpio silences it without an error",
    ),
    Row(
        name="pwm-duty-u16-and-duty-ns-together-old",
        chips=ALL,
        versions=OLD,
        snippet="from machine import Pin, PWM\nPWM(Pin(OUT), freq=50, duty_u16=0, duty_ns=1000)\n",
        expected=("raises", "ValueError", "only one of parameters 'duty', 'duty_u16' or 'duty_ns' is allowed"),
        source="ports/esp32/machine_pwm.c: mp_machine_pwm_init_helper, v1.24.0..v1.25.0",
        why="does not avoid the error of the constructor",
    ),
    Row(
        name="pwm-duty-u16-and-duty-ns-together-new",
        chips=ALL,
        versions=NEW,
        snippet="from machine import Pin, PWM\n"
        "pwm = PWM(Pin(OUT), freq=50, duty_u16=0, duty_ns=1000000)\n"
        "result = pwm.duty_u16()\n"
        "pwm.deinit()\n"
        "Pin(OUT, Pin.IN)\n",
        expected=("value", 0),
        source="ports/esp32/machine_pwm.c: mp_machine_pwm_init_helper (duty_u16 wins), v1.26.0..master",
        why="does not avoid the error of the constructor",
    ),
    Row(
        name="pwm-out-of-timers-esp32-old",
        chips=("esp32",),
        versions=OLD,
        snippet=_many_pwm("esp32", 9),
        expected=("raises", "ValueError", "out of PWM timers:8"),
        source="ports/esp32/machine_pwm.c: mp_machine_pwm_init_helper, find_timer, v1.24.0..v1.25.0",
        why="servos share 50 Hz, a buzzer has its own: two timers",
    ),
    Row(
        name="pwm-out-of-timers-esp32-new",
        chips=("esp32",),
        versions=NEW,
        snippet=_many_pwm("esp32", 9),
        expected=("raises", "RuntimeError", "out of PWM channels:16"),
        source="ports/esp32/machine_pwm.c: find_channel wants a free timer, too, v1.26.0..master",
        why="servos share 50 Hz, a buzzer has its own: two timers",
    ),
    Row(
        name="pwm-out-of-timers-esp32s3-old",
        chips=("esp32s3",),
        versions=OLD,
        snippet=_many_pwm("esp32s3", 5),
        expected=("raises", "ValueError", "out of PWM timers:4"),
        source="ports/esp32/machine_pwm.c: mp_machine_pwm_init_helper, find_timer, v1.24.0..v1.25.0",
        why="servos share 50 Hz, a buzzer has its own: two timers",
    ),
    Row(
        name="pwm-out-of-timers-esp32s3-new",
        chips=("esp32s3",),
        versions=NEW,
        snippet=_many_pwm("esp32s3", 5),
        expected=("raises", "RuntimeError", "out of PWM channels:8"),
        source="ports/esp32/machine_pwm.c: find_channel wants a free timer, too, v1.26.0..master",
        why="servos share 50 Hz, a buzzer has its own: two timers",
    ),
    Row(
        name="pwm-out-of-timers-esp32c3-old",
        chips=("esp32c3",),
        versions=OLD,
        snippet=_many_pwm("esp32c3", 5),
        expected=("raises", "ValueError", "out of PWM timers:4"),
        source="ports/esp32/machine_pwm.c: mp_machine_pwm_init_helper, find_timer, v1.24.0..v1.25.0",
        why="servos share 50 Hz, a buzzer has its own: two timers",
    ),
    Row(
        name="pwm-out-of-timers-esp32c3-new",
        chips=("esp32c3",),
        versions=NEW,
        snippet=_many_pwm("esp32c3", 5),
        expected=("raises", "RuntimeError", "out of PWM channels:6"),
        source="ports/esp32/machine_pwm.c: find_channel wants a free timer, too, v1.26.0..master",
        why="servos share 50 Hz, a buzzer has its own: two timers",
    ),
    Row(
        name="pwm-two-pins-share-a-frequency",
        chips=ALL,
        versions=ALL,
        snippet="from machine import Pin, PWM\n"
        "a = PWM(Pin(OUT), freq=50, duty_u16=0)\n"
        "b = PWM(Pin(OUT2), freq=50, duty_u16=0)\n"
        "a.deinit()\n"
        "result = b.freq()\n"
        "b.deinit()\n"
        "Pin(OUT, Pin.IN)\n"
        "Pin(OUT2, Pin.IN)\n",
        expected=("between", 49, 51),
        source="ports/esp32/machine_pwm.c: find_timer, is_timer_in_use, v1.24.0..master",
        why="one servo stops while another moves",
    ),
    # I2C
    Row(
        name="i2c-without-a-device-is-enodev",
        chips=ALL,
        versions=ALL,
        snippet="from machine import I2C, Pin\n"
        "i2c = I2C(0, scl=Pin(OUT), sda=Pin(OUT2), freq=100000)\n"
        "try:\n"
        "    i2c.writeto(39, b'x')\n"
        "    result = None\n"
        "except OSError as error:\n"
        "    result = error.errno\n"
        "Pin(OUT, Pin.IN, None)\n"
        "Pin(OUT2, Pin.IN, None)\n",
        expected=("value", 19),
        source="ports/esp32/machine_i2c.c: machine_hw_i2c_transfer (v1.24.0..v1.28.0: i2c_master_cmd_begin gives "
        "ESP_FAIL; master: i2c_master_transmit gives ESP_ERR_INVALID_STATE); internal pull-ups hold the lines",
        why="Lcd: a display that does not answer",
    ),
    Row(
        name="i2c-without-a-device-is-quick",
        chips=ALL,
        versions=ALL,
        snippet="from machine import I2C, Pin\n"
        "import time\n"
        "i2c = I2C(0, scl=Pin(OUT), sda=Pin(OUT2), freq=100000)\n"
        "t = time.ticks_us()\n"
        "try:\n"
        "    i2c.writeto(39, b'x' * 64)\n"
        "except OSError:\n"
        "    pass\n"
        "result = time.ticks_diff(time.ticks_us(), t)\n"
        "Pin(OUT, Pin.IN, None)\n"
        "Pin(OUT2, Pin.IN, None)\n",
        expected=("between", 90, 25000),
        source="ports/esp32/machine_i2c.c: machine_hw_i2c_transfer; the acknowledge of the address fails after 9 clocks; "
        "v1.24.0..master",
        why="each show() takes this time if the display is missing",
    ),
    Row(
        name="i2c-eleven-refusals-in-a-row",
        chips=ALL,
        versions=ALL,
        snippet="from machine import I2C, Pin\n"
        "i2c = I2C(0, scl=Pin(OUT), sda=Pin(OUT2), freq=100000)\n"
        "seen = []\n"
        "for i in range(12):\n"
        "    try:\n"
        "        i2c.writeto(39, b'x')\n"
        "    except OSError as error:\n"
        "        if error.errno not in seen:\n"
        "            seen.append(error.errno)\n"
        "Pin(OUT, Pin.IN, None)\n"
        "Pin(OUT2, Pin.IN, None)\n"
        "result = tuple(seen)\n",
        expected=("value", (19,)),
        source="esp-idf driver/i2c/i2c.c: i2c_master_cmd_begin (I2C_ACKERR_CNT_MAX: the bus is reset at the tenth); "
        "v1.24.0..master",
        why="Lcd tries again for ever",
    ),
    Row(
        name="i2c-of-no-bytes-asks-for-the-device",
        chips=ALL,
        versions=ALL,
        snippet="from machine import I2C, Pin\n"
        "i2c = I2C(0, scl=Pin(OUT), sda=Pin(OUT2), freq=100000)\n"
        "try:\n"
        "    i2c.writeto(39, b'')\n"
        "    result = None\n"
        "except OSError as error:\n"
        "    result = error.errno\n"
        "Pin(OUT, Pin.IN, None)\n"
        "Pin(OUT2, Pin.IN, None)\n",
        expected=("value", 19),
        source="ports/esp32/machine_i2c.c: machine_hw_i2c_transfer (master: i2c_master_execute_defined_operations), "
        "v1.24.0..master",
        why="not used; a check of the rig could use it",
    ),
    Row(
        name="i2c-2-does-not-exist",
        chips=ALL,
        versions=ALL,
        snippet="from machine import I2C, Pin\nI2C(2, scl=Pin(OUT), sda=Pin(OUT2))\n",
        expected=("raises", "ValueError", "I2C(2) doesn't exist"),
        source="ports/esp32/machine_i2c.c: machine_hw_i2c_make_new, v1.24.0..master",
        why="hal/pcf8574.py uses SoftI2C, on any two pins",
    ),
    Row(
        name="i2c-1-does-not-exist-on-the-c3",
        chips=("esp32c3",),
        versions=ALL,
        snippet="from machine import I2C, Pin\nI2C(1, scl=Pin(OUT), sda=Pin(OUT2))\n",
        expected=("raises", "ValueError", "I2C(1) doesn't exist"),
        source="ports/esp32/machine_i2c.c: machine_hw_i2c_make_new (SOC_I2C_NUM 1), v1.24.0..master",
        why="hal/pcf8574.py uses SoftI2C, on any two pins",
    ),
    Row(
        name="i2c-1-exists",
        chips=TWO,
        versions=ALL,
        snippet="from machine import I2C, Pin\n"
        "I2C(1, scl=Pin(OUT), sda=Pin(OUT2), freq=100000)\n"
        "Pin(OUT, Pin.IN, None)\n"
        "Pin(OUT2, Pin.IN, None)\n"
        "result = True\n",
        expected=("value", True),
        source="ports/esp32/machine_i2c.c: machine_hw_i2c_make_new (SOC_I2C_NUM 2), v1.24.0..master",
        why="hal/pcf8574.py uses SoftI2C, on any two pins",
    ),
    Row(
        name="i2c-can-be-made-twice",
        chips=ALL,
        versions=ALL,
        snippet="from machine import I2C, Pin\n"
        "a = I2C(0, scl=Pin(OUT), sda=Pin(OUT2), freq=100000)\n"
        "b = I2C(0, scl=Pin(OUT), sda=Pin(OUT2), freq=100000)\n"
        "result = a is b\n"
        "Pin(OUT, Pin.IN, None)\n"
        "Pin(OUT2, Pin.IN, None)\n",
        expected=("value", True),
        source="ports/esp32/machine_i2c.c: machine_hw_i2c_make_new (static objects; the driver is installed anew), "
        "v1.24.0..master",
        why="vending_machine.start may make a Board twice",
    ),
    Row(
        name="i2c-turns-the-pull-ups-on",
        chips=ALL,
        versions=ALL,
        snippet="from machine import I2C, Pin\n"
        "import time\n"
        "Pin(OUT, Pin.IN, Pin.PULL_DOWN)\n"
        "Pin(OUT2, Pin.IN, Pin.PULL_DOWN)\n"
        "I2C(0, scl=Pin(OUT), sda=Pin(OUT2), freq=100000)\n"
        "time.sleep_ms(2)\n"
        "result = (Pin(OUT).value(), Pin(OUT2).value())\n"
        "Pin(OUT, Pin.IN, None)\n"
        "Pin(OUT2, Pin.IN, None)\n",
        expected=("value", (1, 1)),
        source="ports/esp32/machine_i2c.c: machine_hw_i2c_init (pullup_en, from 1.29 enable_internal_pullup); esp-idf "
        "driver/i2c/i2c.c: i2c_set_pin (GPIO_PULLUP_ONLY), i2c_common.c: s_hp_i2c_pins_config (pull-up on, pull-down "
        "off); v1.24.0..master",
        why="a bus without resistors seems to work on the bench",
    ),
    # WDT
    Row(
        name="wdt-of-0-ms",
        chips=ALL,
        versions=ALL,
        snippet="from machine import WDT\nWDT(timeout=0)\n",
        expected=("raises", "ValueError", "WDT timeout too short"),
        source="ports/esp32/machine_wdt.c: mp_machine_wdt_make_new_instance, v1.24.0..master",
        why="Board sets 5 s, and an hour",
    ),
    Row(
        name="wdt-of-negative-ms",
        chips=ALL,
        versions=ALL,
        snippet="from machine import WDT\nWDT(timeout=-1)\n",
        expected=("raises", "ValueError", "WDT timeout too short"),
        source="ports/esp32/machine_wdt.c: mp_machine_wdt_make_new_instance, v1.24.0..master",
        why="Board sets 5 s, and an hour",
    ),
    Row(
        name="wdt-1-does-not-exist",
        chips=ALL,
        versions=ALL,
        snippet="from machine import WDT\nWDT(1, 5000)\n",
        expected=("raises", "ValueError", None),
        source="ports/esp32/machine_wdt.c: mp_machine_wdt_make_new_instance, v1.24.0..master",
        why="Board passes no id",
    ),
    Row(
        name="wdt-again-is-the-same-with-another-time",
        chips=ALL,
        versions=ALL,
        needs="wdt",
        snippet="from machine import WDT\n"
        "first = WDT(timeout=60000)\n"
        "second = WDT(timeout=3600000)\n"
        "result = (first is second, first.feed())\n",
        expected=("value", (True, None)),
        source="ports/esp32/machine_wdt.c: mp_machine_wdt_make_new_instance (esp_task_wdt_reconfigure), v1.24.0..master",
        why="Board.be_patient sets an hour",
    ),
    Row(
        name="wdt-made-again-counts-as-fed",
        chips=ALL,
        versions=ALL,
        needs="wdt",
        snippet="from machine import WDT\n"
        "import time\n"
        "WDT(timeout=1000)\n"
        "for i in range(4):\n"
        "    time.sleep_ms(500)\n"
        "    WDT(timeout=1000)\n"
        "WDT(timeout=3600000)\n"
        "result = 'alive'\n",
        expected=("value", "alive"),
        source="esp-idf task_wdt.c: esp_task_wdt_reconfigure (esp_task_wdt_impl_timer_restart feeds), v1.24.0..master",
        why="be_patient after the last feed; a second Board after refuse()",
    ),
    Row(
        name="wdt-cannot-be-stopped",
        chips=ALL,
        versions=ALL,
        needs="wdt",
        snippet="from machine import WDT\nresult = hasattr(WDT(timeout=3600000), 'deinit')\n",
        expected=("value", False),
        source="extmod/machine_wdt.c: machine_wdt_locals_dict_table, v1.24.0..master",
        why="be_patient",
    ),
    Row(
        name="wdt-lets-a-slow-feed-pass",
        chips=ALL,
        versions=ALL,
        needs="wdt",
        snippet="from machine import WDT\n"
        "import time\n"
        "wdt = WDT(timeout=1000)\n"
        "for i in range(3):\n"
        "    time.sleep_ms(900)\n"
        "    wdt.feed()\n"
        "WDT(timeout=3600000)\n"
        "result = 'alive'\n",
        expected=("value", "alive"),
        source="ports/esp32/machine_wdt.c: mp_machine_wdt_feed; esp-idf task_wdt_impl_timergroup.c (0.5 ms ticks); "
        "v1.24.0..master",
        why="the loop feeds at least once per second; the timeout is 5 s",
    ),
    # Counter
    Row(
        name="counter-is-not-there-yet",
        chips=ALL,
        versions=OLD,
        snippet="import machine\nresult = hasattr(machine, 'Counter')\n",
        expected=("value", False),
        source="ports/esp32/modules/machine.py comes with v1.26.0",
        why="CoinAcceptor checks this with hasattr",
    ),
    Row(
        name="counter-is-there",
        chips=TWO,
        versions=NEW,
        snippet="import machine\nresult = (hasattr(machine, 'Counter'), machine.Counter.RISING, machine.Counter.FALLING)\n",
        expected=("value", (True, 1, 2)),
        source="ports/esp32/modules/machine.py: Counter, v1.26.0..master",
        why="CoinAcceptor checks this with hasattr",
    ),
    Row(
        name="counter-is-not-on-the-c3",
        chips=("esp32c3",),
        versions=NEW,
        snippet="import machine\nmachine.Counter\n",
        expected=("raises", "AttributeError", "Counter"),
        source="ports/esp32/mpconfigport.h: MICROPY_PY_ESP32_PCNT (SOC_PCNT_SUPPORTED); modules/machine.py; "
        "v1.26.0..master",
        why="CoinAcceptor counts by interrupt there",
    ),
    Row(
        name="counter-counts-rising-edges-by-default",
        chips=TWO,
        versions=NEW,
        snippet="from machine import Counter, Pin\n"
        "import time\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "counter = Counter(0, p)\n"
        "p.init(Pin.OUT, None, value=0)\n"
        "time.sleep_ms(1)\n"
        "before = counter.value()\n"
        "for i in range(5):\n"
        "    p.value(1)\n"
        "    time.sleep_us(100)\n"
        "    p.value(0)\n"
        "    time.sleep_us(100)\n"
        "result = counter.value() - before\n"
        "counter.deinit()\n"
        "p.init(Pin.IN)\n",
        expected=("value", 5),
        source="ports/esp32/modules/machine.py: Counter._configure, v1.26.0..master",
        why="the counter's value decides the number of pulses after a stall",
    ),
    Row(
        name="counter-counts-falling-edges-through-the-filter",
        chips=TWO,
        versions=NEW,
        snippet="from machine import Counter, Pin\n"
        "import time\n"
        "p = Pin(OUT, Pin.OUT, value=1)\n"
        "counter = Counter(0, p, edge=Counter.FALLING, filter_ns=12000)\n"
        "p.init(Pin.OUT, None, value=1)\n"
        "time.sleep_ms(1)\n"
        "before = counter.value()\n"
        "for i in range(5):\n"
        "    p.value(0)\n"
        "    time.sleep_us(100)\n"
        "    p.value(1)\n"
        "    time.sleep_us(100)\n"
        "result = counter.value() - before\n"
        "counter.deinit()\n"
        "p.init(Pin.IN)\n",
        expected=("value", 5),
        source="ports/esp32/modules/machine.py: Counter._configure, __init__ (filter 960 of 1023), v1.26.0..master",
        why="CoinAcceptor's own arguments",
    ),
    Row(
        name="counter-counts-while-interrupts-are-off",
        chips=TWO,
        versions=NEW,
        snippet="from machine import Counter, Pin, disable_irq, enable_irq\n"
        "import time\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "counter = Counter(0, p)\n"
        "p.init(Pin.OUT, None, value=0)\n"
        "time.sleep_ms(1)\n"
        "before = counter.value()\n"
        "state = disable_irq()\n"
        "p.value(1)\n"
        "p.value(0)\n"
        "p.value(1)\n"
        "p.value(0)\n"
        "p.value(1)\n"
        "enable_irq(state)\n"
        "result = counter.value() - before\n"
        "counter.deinit()\n"
        "p.init(Pin.IN)\n",
        expected=("value", 3),
        source="ports/esp32/esp32_pcnt.c: the PCNT unit counts by itself, v1.26.0..master",
        why="with a counter, a flash erase loses no coin",
    ),
    Row(
        name="counter-makes-its-pin-an-input-with-a-pull-up",
        chips=TWO,
        versions=NEW,
        snippet="from machine import Counter, Pin\n"
        "import time\n"
        "p = Pin(OUT, Pin.IN, Pin.PULL_DOWN)\n"
        "time.sleep_ms(1)\n"
        "a = p.value()\n"
        "counter = Counter(0, p)\n"
        "time.sleep_ms(1)\n"
        "b = p.value()\n"
        "p.init(Pin.IN, Pin.PULL_DOWN)\n"
        "time.sleep_ms(1)\n"
        "result = (a, b, p.value())\n"
        "counter.deinit()\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", (0, 1, 0)),
        source="ports/esp32/esp32_pcnt.c: esp32_pcnt_init_helper -> esp-idf pcnt_legacy.c: _pcnt_set_pin "
        "(GPIO_MODE_INPUT, GPIO_PULLUP_ONLY), v1.26.0..master",
        why="CoinAcceptor sets the pull again after it",
    ),
    Row(
        name="counter-takes-the-output-away",
        chips=TWO,
        versions=NEW,
        snippet="from machine import Counter, Pin\n"
        "import time\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "counter = Counter(0, p)\n"
        "time.sleep_ms(1)\n"
        "result = p.value()\n"
        "counter.deinit()\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", 1),
        source="esp-idf pcnt_legacy.c: _pcnt_set_pin (gpio_set_direction(GPIO_MODE_INPUT)), v1.26.0..master",
        why="a test that counts its own output must make the Pin an output again",
    ),
    Row(
        name="counter-goes-on-after-pin-init",
        chips=TWO,
        versions=NEW,
        snippet="from machine import Counter, Pin\n"
        "import time\n"
        "p = Pin(OUT, Pin.IN, None)\n"
        "counter = Counter(0, p)\n"
        "p.init(Pin.IN, Pin.PULL_DOWN)\n"
        "time.sleep_ms(1)\n"
        "before = counter.value()\n"
        "p.init(Pin.IN, Pin.PULL_UP)\n"
        "time.sleep_ms(1)\n"
        "result = counter.value() - before\n"
        "counter.deinit()\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", 1),
        source="ports/esp32/machine_pin.c: machine_pin_obj_init_helper leaves the input matrix alone, v1.26.0..master",
        why="setting the pull again after Counter is safe",
    ),
    Row(
        name="counter-filter-is-clamped",
        chips=TWO,
        versions=NEW,
        snippet="from machine import Counter, Pin\n"
        "counter = Counter(0, Pin(OUT, Pin.IN), filter_ns=1000000)\n"
        "counter.deinit()\n"
        "Pin(OUT, Pin.IN, None)\n"
        "result = True\n",
        expected=("value", True),
        source="ports/esp32/modules/machine.py: _CounterBase.__init__ (min(..., 1023): 12.8 us), v1.26.0..master",
        why="CoinAcceptor uses a smaller value",
    ),
    Row(
        name="counter-id-8-on-the-esp32",
        chips=("esp32",),
        versions=NEW,
        snippet="from machine import Counter, Pin\nCounter(8, Pin(OUT, Pin.IN))\n",
        expected=("raises", "ValueError", "invalid id"),
        source="ports/esp32/esp32_pcnt.c: esp32_pcnt_make_new (PCNT_UNIT_MAX 8), v1.26.0..master",
        why="CoinAcceptor uses 0 to 3",
    ),
    Row(
        name="counter-id-4-on-the-s3",
        chips=("esp32s3",),
        versions=NEW,
        snippet="from machine import Counter, Pin\nCounter(4, Pin(OUT, Pin.IN))\n",
        expected=("raises", "ValueError", "invalid id"),
        source="ports/esp32/esp32_pcnt.c: esp32_pcnt_make_new (PCNT_UNIT_MAX 4), v1.26.0..master",
        why="CoinAcceptor uses 0 to 3",
    ),
    Row(
        name="counter-without-a-pin",
        chips=TWO,
        versions=NEW,
        snippet="from machine import Counter\nCounter(1, edge=1)\n",
        expected=("raises", "TypeError", None),
        source="ports/esp32/modules/machine.py: Counter._configure, v1.26.0..master",
        why="src is needed",
    ),
    Row(
        name="counter-value-with-an-argument-returns-the-old-one",
        chips=TWO,
        versions=NEW,
        snippet="from machine import Counter, Pin\n"
        "import time\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "counter = Counter(0, p)\n"
        "p.init(Pin.OUT, None, value=0)\n"
        "time.sleep_ms(1)\n"
        "counter.value(0)\n"
        "for i in range(3):\n"
        "    p.value(1)\n"
        "    p.value(0)\n"
        "    time.sleep_us(50)\n"
        "a = counter.value(100)\n"
        "result = (a, counter.value())\n"
        "counter.deinit()\n"
        "p.init(Pin.IN)\n",
        expected=("value", (3, 100)),
        source="ports/esp32/modules/machine.py: _CounterBase.value, v1.26.0..master",
        why="the coin acceptor takes differences instead",
    ),
    Row(
        name="counter-after-deinit",
        chips=TWO,
        versions=NEW,
        snippet="from machine import Counter, Pin\n"
        "counter = Counter(0, Pin(OUT, Pin.IN))\n"
        "counter.deinit()\n"
        "Pin(OUT, Pin.IN, None)\n"
        "counter.value()\n",
        expected=("raises", "RuntimeError", "not initialised"),
        source="ports/esp32/modules/machine.py: _CounterBase.value, v1.26.0..master",
        why="the coin acceptor never ends it",
    ),
    Row(
        name="counter-goes-beyond-32000",
        chips=TWO,
        versions=NEW,
        snippet="from machine import Counter, Pin, PWM\n"
        "import time\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "counter = Counter(0, p)\n"
        "p.init(Pin.OUT, None, value=0)\n"
        "pwm = PWM(p, freq=200000, duty_u16=32768)\n"
        "time.sleep_ms(400)\n"
        "result = counter.value()\n"
        "pwm.deinit()\n"
        "counter.deinit()\n"
        "p.init(Pin.IN)\n",
        expected=("between", 76000, 90000),
        source="ports/esp32/modules/machine.py: _CounterBase._overflow, value (32000 an overflow), v1.26.0..master",
        why="differences of value() are correct across an overflow",
    ),
    # UART
    Row(
        name="uart-3-does-not-exist",
        chips=TWO,
        versions=ALL,
        snippet="from machine import UART\nUART(3)\n",
        expected=("raises", "ValueError", "UART(3) does not exist"),
        source="ports/esp32/machine_uart.c: mp_machine_uart_make_new, v1.24.0..master",
        why="no driver uses one yet",
    ),
    Row(
        name="uart-2-does-not-exist-on-the-c3",
        chips=("esp32c3",),
        versions=ALL,
        snippet="from machine import UART\nUART(2)\n",
        expected=("raises", "ValueError", "UART(2) does not exist"),
        source="ports/esp32/machine_uart.c: mp_machine_uart_make_new (SOC_UART_NUM 2), v1.24.0..master",
        why="no driver uses one yet",
    ),
    # esp32.Partition
    Row(
        name="partition-find-of-a-missing-label",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\nresult = len(Partition.find(Partition.TYPE_DATA, label='no-such-label'))\n",
        expected=("value", 0),
        source="ports/esp32/esp32_partition.c: esp32_partition_find, v1.24.0..master",
        why="Board.journal_device",
    ),
    Row(
        name="partition-of-a-missing-label-raises",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "try:\n"
        "    Partition('no-such-label')\n"
        "    result = None\n"
        "except OSError as error:\n"
        "    result = error.errno\n",
        expected=("value", 2),
        source="ports/esp32/esp32_partition.c: esp32_partition_new (ENOENT), v1.24.0..master",
        why="journal_device uses find instead",
    ),
    Row(
        name="partition-types",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\nresult = (Partition.TYPE_APP, Partition.TYPE_DATA)\n",
        expected=("value", (0, 1)),
        source="ports/esp32/esp32_partition.c: esp32_partition_locals_dict_table, v1.24.0..master",
        why="Board.journal_device",
    ),
    Row(
        name="partition-find-without-arguments-finds-apps-only",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "result = len([part for part in Partition.find() if part.info()[0] != Partition.TYPE_APP])\n",
        expected=("value", 0),
        source="ports/esp32/esp32_partition.c: esp32_partition_find (type defaults to TYPE_APP), v1.24.0..master",
        why="TYPE_DATA must be passed",
    ),
    Row(
        name="partition-info",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "info = Partition.find(Partition.TYPE_DATA, label='nvs')[0].info()\n"
        "result = (len(info), info[0], info[4], info[5])\n",
        expected=("value", (6, 1, "nvs", False)),
        source="ports/esp32/esp32_partition.c: esp32_partition_info, v1.24.0..master",
        why="tools read offset and size of the journal",
    ),
    Row(
        name="partition-ioctl-4-and-5",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='nvs')[0]\n"
        "result = (part.ioctl(4, 0) * 4096 == part.info()[3], part.ioctl(5, 0))\n",
        expected=("value", (True, 4096)),
        source="ports/esp32/esp32_partition.c: esp32_partition_ioctl, v1.24.0..master",
        why="Journal reads the number of blocks",
    ),
    Row(
        name="partition-ioctl-of-something-else",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='nvs')[0]\n"
        "result = (part.ioctl(1, 0), part.ioctl(2, 0), part.ioctl(3, 0), part.ioctl(99, 0))\n",
        expected=("value", (0, 0, 0, None)),
        source="ports/esp32/esp32_partition.c: esp32_partition_ioctl, v1.24.0..master",
        why="Journal uses only 4 and 6",
    ),
    Row(
        name="partition-read-at-the-end",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='nvs')[0]\n"
        "try:\n"
        "    result = part.readblocks(part.ioctl(4, 0), bytearray(1))\n"
        "except OSError as error:\n"
        "    result = error.errno\n",
        expected=("value", -260),
        source="ports/esp32/esp32_partition.c: esp32_partition_readblocks; esp-idf partition_target.c: "
        "esp_partition_read (ESP_ERR_INVALID_SIZE 0x104); v1.24.0..master",
        why="the recovery reads up to the end of a sector, and of the last one",
    ),
    Row(
        name="partition-read-beyond-the-end",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='nvs')[0]\n"
        "try:\n"
        "    result = part.readblocks(part.ioctl(4, 0) + 1, bytearray(1))\n"
        "except OSError as error:\n"
        "    result = error.errno\n",
        expected=("value", -258),
        source="esp-idf partition_target.c: esp_partition_read (ESP_ERR_INVALID_ARG 0x102); v1.24.0..master",
        why="the recovery reads up to the end of a sector, and of the last one",
    ),
    Row(
        name="partition-read-of-a-negative-block",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='nvs')[0]\n"
        "try:\n"
        "    result = part.readblocks(-1, bytearray(1))\n"
        "except OSError as error:\n"
        "    result = error.errno\n",
        expected=("value", -258),
        source="ports/esp32/esp32_partition.c: esp32_partition_readblocks (uint32_t offset), v1.24.0..master",
        why="no code reads the byte before the journal",
    ),
    Row(
        name="partition-erase-beyond-the-end",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='nvs')[0]\n"
        "try:\n"
        "    result = part.ioctl(6, part.ioctl(4, 0))\n"
        "except OSError as error:\n"
        "    result = error.errno\n",
        expected=("value", -260),
        source="ports/esp32/esp32_partition.c: esp32_partition_ioctl; esp-idf: esp_partition_erase_range; "
        "v1.24.0..master",
        why="a journal that is too long never erases what follows it",
    ),
    Row(
        name="partition-read-wants-a-buffer-that-can-be-written",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "Partition.find(Partition.TYPE_DATA, label='nvs')[0].readblocks(0, b'1234')\n",
        expected=("raises", "TypeError", None),
        source="ports/esp32/esp32_partition.c: esp32_partition_readblocks (MP_BUFFER_WRITE), v1.24.0..master",
        why="Journal reads into bytearrays and memoryviews",
    ),
    Row(
        name="partition-erase-sets-all-bits",
        chips=ALL,
        versions=ALL,
        needs="flash",
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='phy_init')[0]\n"
        "a = part.ioctl(6, 0)\n"
        "buffer = bytearray(4096)\n"
        "part.readblocks(0, buffer)\n"
        "result = (a, buffer == b'\\xff' * 4096)\n",
        expected=("value", (0, True)),
        source="ports/esp32/esp32_partition.c: esp32_partition_ioctl (6), v1.24.0..master",
        why="Journal",
    ),
    Row(
        name="partition-write-with-an-offset-only-clears-bits",
        chips=ALL,
        versions=ALL,
        needs="flash",
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='phy_init')[0]\n"
        "part.ioctl(6, 0)\n"
        "part.writeblocks(0, b'\\xf0\\x0f', 100)\n"
        "a = part.writeblocks(0, b'\\x3c\\xff', 100)\n"
        "buffer = bytearray(4)\n"
        "part.readblocks(0, buffer, 99)\n"
        "part.ioctl(6, 0)\n"
        "result = (a,) + tuple(buffer)\n",
        expected=("value", (None, 0xFF, 0x30, 0x0F, 0xFF)),
        source="ports/esp32/esp32_partition.c: esp32_partition_writeblocks (4 arguments: no erase); NOR flash; "
        "v1.24.0..master",
        why="Journal programs one slot after the other in an erased sector",
    ),
    Row(
        name="partition-write-without-an-offset-erases-first",
        chips=ALL,
        versions=ALL,
        needs="flash",
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='phy_init')[0]\n"
        "part.ioctl(6, 0)\n"
        "part.writeblocks(0, b'\\x00', 100)\n"
        "part.writeblocks(0, b'\\xff' * 4096)\n"
        "buffer = bytearray(1)\n"
        "part.readblocks(0, buffer, 100)\n"
        "part.ioctl(6, 0)\n"
        "result = buffer[0]\n",
        expected=("value", 255),
        source="ports/esp32/esp32_partition.c: esp32_partition_writeblocks (3 arguments), v1.24.0..master",
        why="Journal always passes the offset",
    ),
    Row(
        name="partition-write-of-a-part-without-an-offset",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='phy_init')[0]\n"
        "try:\n"
        "    result = part.writeblocks(0, b'\\xff' * 100)\n"
        "except OSError as error:\n"
        "    result = error.errno\n",
        expected=("value", -260),
        source="esp-idf partition_target.c: esp_partition_erase_range (size not a multiple of 4096), v1.24.0..master",
        why="a Journal that forgot its offset raises at once",
    ),
    Row(
        name="partition-write-beyond-the-end",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='phy_init')[0]\n"
        "try:\n"
        "    result = part.writeblocks(part.ioctl(4, 0) - 1, b'\\xff\\xff', 4095)\n"
        "except OSError as error:\n"
        "    result = error.errno\n",
        expected=("value", -260),
        source="esp-idf partition_target.c: esp_partition_write, v1.24.0..master",
        why="a record never runs over the end of the journal",
    ),
    Row(
        name="partition-write-may-run-over-a-block",
        chips=ALL,
        versions=ALL,
        snippet="from esp32 import Partition\n"
        "part = Partition.find(Partition.TYPE_DATA, label='nvs')[0]\n"
        "buffer = bytearray(8)\n"
        "part.readblocks(0, buffer, 4092)\n"
        "half = bytearray(4)\n"
        "part.readblocks(1, half)\n"
        "result = buffer[4:] == half\n",
        expected=("value", True),
        source="ports/esp32/esp32_partition.c: esp32_partition_readblocks knows no blocks but to multiply, v1.24.0..master",
        why="Journal may read over sector borders",
    ),
    # RTC.memory
    Row(
        name="rtc-memory-keeps-bytes",
        chips=ALL,
        versions=ALL,
        snippet="from machine import RTC\n"
        "rtc = RTC()\n"
        "before = rtc.memory()\n"
        "rtc.memory(b'abc')\n"
        "a = rtc.memory()\n"
        "rtc.memory(before)\n"
        "result = a.decode()\n",
        expected=("value", "abc"),
        source="ports/esp32/machine_rtc.c: machine_rtc_memory, v1.24.0..master",
        why="no driver uses it yet",
    ),
    Row(
        name="rtc-memory-ends-at-2048",
        chips=ALL,
        versions=ALL,
        snippet="from machine import RTC\nRTC().memory(bytes(2049))\n",
        expected=("raises", "ValueError", "buffer too long"),
        source="ports/esp32/machine_rtc.c: machine_rtc_memory (MICROPY_HW_RTC_USER_MEM_MAX), v1.24.0..master",
        why="no driver uses it yet",
    ),
    Row(
        name="rtc-memory-survives-machine-reset",
        chips=ALL,
        versions=ALL,
        reset="machine.reset",
        snippet="from machine import RTC\nRTC().memory(b'still here')\n",
        after="from machine import RTC\nresult = RTC().memory().decode()\n",
        expected=("value", "still here"),
        source="ports/esp32/machine_rtc.c: RTC_NOINIT_ATTR, v1.24.0..master",
        why="no driver uses it yet",
    ),
    Row(
        name="rtc-memory-survives-the-watchdog",
        chips=ALL,
        versions=ALL,
        reset="watchdog",
        needs="wdt",
        snippet="from machine import RTC, WDT\nRTC().memory(b'still here')\nWDT(timeout=1000)\n",
        after="from machine import RTC\nresult = RTC().memory().decode()\n",
        expected=("value", "still here"),
        source="ports/esp32/machine_rtc.c: RTC_NOINIT_ATTR, v1.24.0..master",
        why="no driver uses it yet",
    ),
    # Resets
    Row(
        name="reset-cause-after-machine-reset",
        chips=ALL,
        versions=ALL,
        reset="machine.reset",
        snippet="pass\n",
        after="import machine\nresult = (machine.reset_cause(), machine.HARD_RESET)\n",
        expected=("value", (2, 2)),
        source="ports/esp32/modmachine.c: mp_machine_reset_cause (ESP_RST_SW), v1.24.0..master",
        why="tools distinguish a reset from a power cut",
    ),
    Row(
        name="reset-cause-after-the-watchdog",
        chips=ALL,
        versions=ALL,
        reset="watchdog",
        needs="wdt",
        snippet="from machine import WDT\nWDT(timeout=1000)\n",
        after="import machine\nresult = (machine.reset_cause(), machine.WDT_RESET)\n",
        expected=("value", (3, 3)),
        source="ports/esp32/modmachine.c: mp_machine_reset_cause (ESP_RST_TASK_WDT); esp-idf task_wdt.c: "
        "task_wdt_timeout_abort; v1.24.0..master",
        why="tools report a program that hung",
    ),
    Row(
        name="reset-cause-after-ctrl-d",
        chips=ALL,
        versions=ALL,
        reset="soft reset",
        snippet="pass\n",
        after="import machine\nresult = (machine.reset_cause(), machine.SOFT_RESET)\n",
        expected=("value", (5, 5)),
        source="ports/esp32/modmachine.c: machine_deinit, mp_machine_reset_cause, v1.24.0..master",
        why="tools distinguish a reset from a power cut",
    ),
    Row(
        name="reset-causes",
        chips=ALL,
        versions=ALL,
        snippet="import machine\n"
        "result = (machine.PWRON_RESET, machine.HARD_RESET, machine.WDT_RESET, machine.DEEPSLEEP_RESET,\n"
        "          machine.SOFT_RESET)\n",
        expected=("value", (1, 2, 3, 4, 5)),
        source="ports/esp32/modmachine.c: reset_reason_t, v1.24.0..master",
        why="tools distinguish a reset from a power cut",
    ),
    Row(
        name="output-keeps-its-level-over-machine-reset",
        chips=ALL,
        versions=ALL,
        reset="machine.reset",
        snippet="from machine import Pin\nPin(OUT, Pin.OUT, value=1)\n",
        after="from machine import Pin\nresult = Pin(OUT).value()\nPin(OUT, Pin.IN, None)\n",
        expected=("value", 1),
        source="esp-idf system_internal.c: esp_restart_noos, esp_system_reset_modules_on_exit (neither GPIO nor LEDC "
        "are reset: a reset of the CPU only); upstream issue 8283; v1.24.0..master",
        why="a motor runs on until boot.py sets its pin",
    ),
    Row(
        name="output-keeps-its-level-over-the-watchdog",
        chips=ALL,
        versions=ALL,
        reset="watchdog",
        needs="wdt",
        snippet="from machine import Pin, WDT\nPin(OUT, Pin.OUT, value=1)\nWDT(timeout=1000)\n",
        after="from machine import Pin\nresult = Pin(OUT).value()\nPin(OUT, Pin.IN, None)\n",
        expected=("value", 1),
        source="esp-idf panic.c -> esp_restart_noos: as machine.reset, v1.24.0..master",
        why="a motor runs on until boot.py sets its pin",
    ),
    Row(
        name="output-keeps-its-level-over-ctrl-d",
        chips=ALL,
        versions=ALL,
        reset="soft reset",
        snippet="from machine import Pin\nPin(OUT, Pin.OUT, value=1)\n",
        after="from machine import Pin\nresult = Pin(OUT).value()\nPin(OUT, Pin.IN, None)\n",
        expected=("value", 1),
        source="ports/esp32/main.c: soft_reset_exit; machine_pin.c: machine_pins_deinit removes handlers only; "
        "v1.24.0..master",
        why="Ctrl-C and close() must switch motors off: the reset does not",
    ),
    Row(
        name="pin-handler-does-not-survive-ctrl-d",
        chips=ALL,
        versions=ALL,
        reset="soft reset",
        snippet="from machine import Pin, RTC\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.irq(lambda pin: RTC().memory(b'1'), Pin.IRQ_RISING | Pin.IRQ_FALLING)\n",
        after="from machine import Pin, RTC\n"
        "import time\n"
        "RTC().memory(b'2')\n"
        "p = Pin(OUT, Pin.OUT, value=0)\n"
        "p.value(1)\n"
        "time.sleep_ms(20)\n"
        "result = RTC().memory().decode()\n"
        "p.init(Pin.IN, None)\n",
        expected=("value", "2"),
        source="ports/esp32/machine_pin.c: machine_pins_deinit, machine_pins_init, v1.24.0..master",
        why="no handler of the last program runs in the next",
    ),
    Row(
        name="timer-does-not-survive-ctrl-d",
        chips=ALL,
        versions=ALL,
        reset="soft reset",
        snippet="from machine import RTC, Timer\n"
        "RTC().memory(b'0')\n"
        "Timer(0).init(period=20, callback=lambda timer: RTC().memory(b'1'))\n",
        after="from machine import RTC\n"
        "import time\n"
        "RTC().memory(b'2')\n"
        "time.sleep_ms(100)\n"
        "result = RTC().memory().decode()\n",
        expected=("value", "2"),
        source="ports/esp32/main.c: machine_timer_deinit_all (master: the finaliser, in gc_sweep_all), v1.24.0..master",
        why="no guard of the last program switches an output of the next",
    ),
    Row(
        name="pwm-does-not-survive-ctrl-d",
        chips=ALL,
        versions=NEW,
        reset="soft reset",
        snippet="from machine import Pin, PWM\nPin(OUT, Pin.OUT, value=0)\nPWM(Pin(OUT), freq=1000, duty_u16=32768)\n",
        after="from machine import Pin\n"
        "import time\n"
        "high = 0\n"
        "for i in range(200):\n"
        "    high += Pin(OUT).value()\n"
        "    time.sleep_us(37)\n"
        "result = high\n"
        "Pin(OUT, Pin.IN, None)\n",
        expected=("value", 0),
        source="ports/esp32/main.c: machine_pwm_deinit_all -> pwm_deinit(..., 0): the pin stays at 0, v1.26.0..master",
        why="an output whose safe level is 1 is at 0 from Ctrl-D to boot.py",
    ),
    # sys, os, gc
    Row(
        name="chip-in-uname-esp32",
        chips=("esp32",),
        versions=ALL,
        snippet="import os\nresult = 'ESP32' in os.uname().machine.upper() and ' with ' in os.uname().machine\n",
        expected=("value", True),
        source="ports/esp32/boards/ESP32_GENERIC/mpconfigboard.h; extmod/modos.c: 'BOARD with MCU'; v1.24.0..master",
        why="tools determine the chip from it",
    ),
    Row(
        name="chip-in-uname-esp32s3",
        chips=("esp32s3",),
        versions=ALL,
        snippet="import os\nresult = 'ESP32S3' in os.uname().machine.upper().replace('-', '')\n",
        expected=("value", True),
        source="ports/esp32/boards/ESP32_GENERIC_S3/mpconfigboard.h ('ESP32S3', master 'ESP32-S3'), v1.24.0..master",
        why="tools determine the chip from it",
    ),
    Row(
        name="chip-in-uname-esp32c3",
        chips=("esp32c3",),
        versions=ALL,
        snippet="import os\nresult = 'ESP32C3' in os.uname().machine.upper().replace('-', '')\n",
        expected=("value", True),
        source="ports/esp32/boards/ESP32_GENERIC_C3/mpconfigboard.h ('ESP32C3', master 'ESP32-C3'), v1.24.0..master",
        why="tools determine the chip from it",
    ),
    Row(
        name="mpy-architecture-xtensawin",
        chips=TWO,
        versions=ALL,
        snippet="import sys\nmpy = sys.implementation._mpy\nresult = (mpy & 0xFF, mpy >> 8 & 3, mpy >> 10 & 0x3F)\n",
        expected=("value", (6, 3, 10)),
        source="py/modsys.c; py/persistentcode.h: MP_NATIVE_ARCH_XTENSAWIN, v1.24.0..master",
        why="staging selects the folder of .mpy files by it",
    ),
    Row(
        name="mpy-architecture-rv32imc",
        chips=("esp32c3",),
        versions=ALL,
        snippet="import sys\nmpy = sys.implementation._mpy\nresult = (mpy & 0xFF, mpy >> 8 & 3, mpy >> 10 & 0x3F)\n",
        expected=("value", (6, 3, 11)),
        source="py/modsys.c; py/persistentcode.h: MP_NATIVE_ARCH_RV32IMC; ports/esp32/mpconfigport.h: "
        "MICROPY_EMIT_RV32; v1.24.0..master",
        why="staging selects the folder of .mpy files by it",
    ),
    Row(
        name="platform-is-esp32",
        chips=ALL,
        versions=ALL,
        snippet="import sys\nresult = (sys.platform, sys.implementation[0])\n",
        expected=("value", ("esp32", "micropython")),
        source="ports/esp32/mpconfigport.h: MICROPY_PY_SYS_PLATFORM, v1.24.0..master",
        why="tools determine the chip from it",
    ),
    Row(
        name="unique-id-is-the-mac",
        chips=ALL,
        versions=ALL,
        snippet="import machine\nresult = len(machine.unique_id())\n",
        expected=("value", 6),
        source="ports/esp32/modmachine.c: mp_machine_unique_id, v1.24.0..master",
        why="no driver uses it",
    ),
    Row(
        name="frequency-is-160-mhz",
        chips=ALL,
        versions=ALL,
        snippet="import machine\nresult = machine.freq()\n",
        expected=("value", 160000000),
        source="ESP-IDF's default; boards/ESP32_GENERIC* without sdkconfig.240mhz; ports/esp32/modmachine.c: "
        "mp_machine_get_freq; v1.24.0..master",
        why="performance.md's figures",
        sure=False,  # other boards than the generic ones are built with 240 MHz
    ),
    Row(
        name="gc-tells-of-the-heap",
        chips=ALL,
        versions=ALL,
        snippet="import gc\ngc.collect()\nresult = gc.mem_free() > 20000 and gc.mem_alloc() > 1000\n",
        expected=("value", True),
        source="py/modgc.c; ports/esp32/gccollect.c; with MICROPY_GC_SPLIT_HEAP_AUTO mem_free counts what could be "
        "added, too; v1.24.0..master",
        why="Console's heap command",
    ),
    Row(
        name="sys-path",
        chips=ALL,
        versions=ALL,
        snippet="import sys\nresult = tuple(sys.path)\n",
        expected=("value", ("", ".frozen", "/lib")),
        source="ports/esp32/main.c: mp_task; py/runtime.c: mp_init; v1.24.0..master",
        why="the virtual board has the same",
    ),
)
