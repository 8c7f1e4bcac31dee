/* SPDX-License-Identifier: MIT */
/*
 * The 16550 on COM1 [PC16550D].
 *
 * Sending waits for the transmit FIFO to be empty and then fills it with up to 16 bytes. There is
 * no time limit on purpose: a far end that stopped reading (a full pipe, `less`, a debugger) may
 * go on in an hour, and its log must be whole then. A UART that is not there was found out by
 * serial_init, and one that vanishes reads as 0xff, which looks ready.
 *
 * Receiving collects bytes in a ring of RX_RING bytes. When the ring is full, the UART is left
 * alone: its receive interrupt is masked, RTS is taken back, and its FIFO fills up. A sender that
 * honours RTS stops; QEMU asks the FIFO for room before it reads its own input, so a pipe or a
 * terminal behind it stops too. When the reader has made half the ring free, RTS is given and the
 * interrupt unmasked; if bytes wait in the FIFO that raises the interrupt at once. So pasted text
 * can be faster than the line editor by any factor. While a long line is being sent, with
 * interrupts off, the send loop collects received bytes itself.
 *
 * Locking: what is sent is the console's, under its lock. The ring and everything about receiving
 * have a lock of their own, interrupts off; it is only ever held for a few accesses to the UART.
 * The sender does not wait for it: it may have interrupted who holds it, and that one collects,
 * too.
 */
#include "kernel/console/serial.h"

#include "boot/x86.h"
#include "kernel/console/console.h"
#include "kernel/cpu/irq.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/errno.h"

#define COM1     0x3f8
#define COM1_IRQ 4

/* Registers, as offsets. The first two become the divisor while LCR_DLAB is set. */
#define UART_DATA 0
#define UART_IER  1
#define UART_IIR  2 /* read */
#define UART_FCR  2 /* written */
#define UART_LCR  3
#define UART_MCR  4
#define UART_LSR  5

#define IER_RECEIVE 0x01
#define FCR_SETUP   0x87 /* FIFOs on and emptied, receive interrupt at 8 bytes or on a pause */
#define LCR_8N1     0x03
#define LCR_DLAB    0x80
#define MCR_DTR     0x01
#define MCR_RTS     0x02
#define MCR_OUT2    0x08 /* on a PC: connects the interrupt line */
#define LSR_DATA    0x01
#define LSR_OVERRUN 0x02
#define LSR_THRE    0x20
#define LSR_TEMT    0x40
#define IIR_FIFOS   0xc0 /* both bits: a 16550A, whose FIFOs work */
#define TX_FIFO     16

#define BAUD_BASE 115200
#define RX_RING   SERIAL_RING

struct serial_stats serial_stats;

static bool present;
static bool by_interrupt; /* the receive interrupt is wanted (it may be masked for the moment) */
static size_t tx_room;    /* bytes that fit when the transmitter says that it is empty */
static bool holding;      /* the ring ran full: sender held, receive interrupt masked */

/* head - tail bytes wait, oldest at tail; both count up for ever, modulo 2^32. */
static u8 rx_ring[RX_RING];
static u32 rx_head, rx_tail;
static_assert((RX_RING & (RX_RING - 1)) == 0, "indices wrap at 2^32");

static bool rx_locked;

static bool rx_trylock(void)
{
	return !__atomic_exchange_n(&rx_locked, true, __ATOMIC_ACQUIRE);
}

static void rx_unlock(void)
{
	__atomic_store_n(&rx_locked, false, __ATOMIC_RELEASE);
}

/* Interrupts off until rx_unlock_irqrestore(). */
static unsigned long rx_lock_irqsave(void)
{
	unsigned long flags;

	local_irq_save(flags);
	while (!rx_trylock())
		cpu_relax();
	return flags;
}

static void rx_unlock_irqrestore(unsigned long flags)
{
	rx_unlock();
	local_irq_restore(flags);
}

void serial_break(void)
{
	rx_unlock();
}

static void uart_write(unsigned int reg, u8 value)
{
	outb(value, (u16)(COM1 + reg));
}

static u8 uart_read(unsigned int reg)
{
	return inb((u16)(COM1 + reg));
}

/* Tells the sender whether to go on, and the UART whether to interrupt. */
static void set_hold(bool hold)
{
	u8 modem = uart_read(UART_MCR) & (u8)~MCR_RTS;

	holding = hold;
	uart_write(UART_MCR, hold ? modem : modem | MCR_RTS);
	uart_write(UART_IER, by_interrupt && !hold ? IER_RECEIVE : 0);
}

/*
 * Moves what the UART has received to the ring, as far as there is room. LSR is the line status
 * just read.
 */
static void receive(u8 lsr)
{
	for (; lsr & LSR_DATA; lsr = uart_read(UART_LSR)) {
		if (lsr & LSR_OVERRUN)
			serial_stats.overruns++;
		if (rx_head - rx_tail == RX_RING && control(serial_drops)) {
			uart_read(UART_DATA);
			continue;
		}
		if (rx_head - rx_tail == RX_RING) {
			if (!holding) {
				serial_stats.held++;
				set_hold(true);
			}
			return;
		}
		rx_ring[rx_head++ % RX_RING] = uart_read(UART_DATA);
		serial_stats.received++;
	}
}

static void serial_interrupt(unsigned int irq, void *arg)
{
	unsigned long flags = rx_lock_irqsave();

	serial_stats.interrupts++;
	receive(uart_read(UART_LSR));
	rx_unlock_irqrestore(flags);
	console_input_arrived();
}

/*
 * The four low bits of IER are the only ones that exist: cleared they read 0, set they read 15.
 * Where no device answers, the bus reads as ones.
 */
static bool probe(void)
{
	u8 cleared, set;

	uart_write(UART_IER, 0);
	cleared = uart_read(UART_IER);
	uart_write(UART_IER, 0x0f);
	set = uart_read(UART_IER);
	uart_write(UART_IER, 0);
	return cleared == 0 && (set & 0x0f) == 0x0f && set != 0xff;
}

static void set_divisor(u16 divisor)
{
	uart_write(UART_LCR, LCR_8N1 | LCR_DLAB);
	uart_write(UART_DATA, (u8)divisor);
	uart_write(UART_IER, (u8)(divisor >> 8));
	uart_write(UART_LCR, LCR_8N1);
}

bool serial_init(void)
{
	uart_write(UART_LCR, LCR_8N1);
	present = probe();
	if (!present)
		return false;
	set_divisor(1);
	uart_write(UART_FCR, FCR_SETUP);
	tx_room = (uart_read(UART_IIR) & IIR_FIFOS) == IIR_FIFOS ? TX_FIFO : 1;
	uart_write(UART_MCR, MCR_DTR | MCR_OUT2);
	set_hold(false);
	return true;
}

bool serial_present(void)
{
	return present;
}

int serial_set_baud(unsigned long baud)
{
	struct console_hold hold;

	if (!baud || baud > BAUD_BASE || BAUD_BASE % baud || BAUD_BASE / baud > 0xffff)
		return -EINVAL;
	if (!present)
		return 0;
	serial_drain();
	console_lock(&hold);
	set_divisor((u16)(BAUD_BASE / baud));
	console_unlock(&hold);
	return 0;
}

void serial_start_irq(void)
{
	unsigned long flags;

	if (!present || request_irq(COM1_IRQ, serial_interrupt, "serial", NULL))
		return;
	flags = rx_lock_irqsave();
	by_interrupt = true;
	set_hold(holding);
	rx_unlock_irqrestore(flags);
}

void serial_write(const char *bytes, size_t n)
{
	size_t room = 0;
	u8 lsr;

	if (!present)
		return;
	while (n) {
		if (!room) {
			lsr = uart_read(UART_LSR);
			if ((lsr & LSR_DATA) && rx_trylock()) {
				receive(lsr);
				rx_unlock();
			}
			if (!(lsr & LSR_THRE)) {
				cpu_relax();
				continue;
			}
			room = tx_room;
		}
		uart_write(UART_DATA, (u8)*bytes++);
		room--;
		n--;
	}
}

/* The reader has taken a byte: the sender may go on when half the ring is free. */
static void give_room(void)
{
	if (holding && rx_head - rx_tail <= RX_RING / 2)
		set_hold(false);
}

int serial_read(void)
{
	unsigned long flags;
	int byte = -1;

	if (!present)
		return -1;
	flags = rx_lock_irqsave();
	if (rx_head == rx_tail)
		receive(uart_read(UART_LSR));
	if (rx_head != rx_tail)
		byte = rx_ring[rx_tail++ % RX_RING];
	give_room();
	rx_unlock_irqrestore(flags);
	return byte;
}

/* Takes the byte at index AT out of the ring; those before it move up. */
static int ring_take(u32 at)
{
	u8 byte = rx_ring[at % RX_RING];

	for (; at != rx_tail; at--)
		rx_ring[at % RX_RING] = rx_ring[(at - 1) % RX_RING];
	rx_tail++;
	return byte;
}

int serial_take(bool (*wanted)(u8 byte))
{
	unsigned long flags;
	int byte = -1;
	u32 at;

	if (!present)
		return -1;
	flags = rx_lock_irqsave();
	receive(uart_read(UART_LSR));
	for (at = rx_tail; at != rx_head && !wanted(rx_ring[at % RX_RING]); at++)
		;
	if (at != rx_head)
		byte = ring_take(at);
	give_room();
	rx_unlock_irqrestore(flags);
	return byte;
}

bool serial_input_pending(void)
{
	return present && (rx_head != rx_tail || (uart_read(UART_LSR) & LSR_DATA));
}

void serial_drain(void)
{
	if (!present)
		return;
	while (!(uart_read(UART_LSR) & LSR_TEMT))
		cpu_relax();
}
