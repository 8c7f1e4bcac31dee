/* SPDX-License-Identifier: MIT */
/*
 * Interrupt handlers of Linux's type, behind handlers of the kernel's own: see
 * compat/linux/linux/interrupt.h.
 *
 * A line's action is made before its line is requested, so that the first interrupt finds it whole,
 * and is freed after free_irq() has seen the last one off.
 */
#include "compat/linux/linux/interrupt.h"

#undef request_irq
#undef free_irq

#include "lib/bug.h"
#include "lib/errno.h"
#include "mm/kmalloc.h"

struct irq_action {
	linux_irq_handler_t handler;
	void *dev;
	const char *name;
};

/* Of lines that were requested here; written by who requested the line. */
static struct irq_action *actions[NR_IRQS];

static void call_action(unsigned int irq, void *arg)
{
	const struct irq_action *action = arg;

	WARN_ONCE(action->handler((int)irq, action->dev) > IRQ_HANDLED,
		  "irq %u: the handler of %s wants a thread, and has none", irq, action->name);
}

int linux_request_irq(unsigned int irq, linux_irq_handler_t handler, unsigned long flags,
		      const char *name, void *dev)
{
	struct irq_action *action;
	int err;

	if (!handler || (!dev && (flags & IRQF_SHARED)))
		return -EINVAL;
	action = kmalloc(sizeof(*action), GFP_KERNEL);
	if (!action)
		return -ENOMEM;
	*action = (struct irq_action){.handler = handler, .dev = dev, .name = name ? name : "?"};
	err = request_irq(irq, call_action, action->name, action);
	if (err)
		kfree(action);
	else
		WRITE_ONCE(actions[irq], action);
	return err;
}

const void *linux_free_irq(unsigned int irq, void *dev)
{
	struct irq_action *action = irq < NR_IRQS ? READ_ONCE(actions[irq]) : NULL;
	const char *name;

	if (WARN(!action || action->dev != dev, "free of irq %u, which is not that device's", irq))
		return NULL;
	WRITE_ONCE(actions[irq], NULL);
	free_irq(irq);
	name = action->name;
	kfree(action);
	return name;
}
