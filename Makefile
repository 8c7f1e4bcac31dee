# SPDX-License-Identifier: MIT
# loft's build: one file, no configure step. `make help` lists what it can do.
#
# Each variant of the kernel has a folder of its own below build/ (or below M/build/), so switching
# variants rebuilds nothing. A folder's objects are rebuilt when the compiler or its flags change.

#: make                     both kernels: build/i386/loft.elf and build/i386-pae/loft.elf
#: make i386 | i386-pae     one of them
#: make run                 boots to the monitor on this terminal (ARGS='--pae -m 8G'; ./run-qemu.sh --help)
#: make gdb                 boots under gdb, stops at the first line of C (ARGS as above)
#: make bench               how long operations take (ARGS='--icount': in instructions, exactly)
#: make lint                all checks of the sources that need no running kernel
#: make host-tests          pure code on this machine, with sanitisers: build/host/
#: make verify              models of protocols, through all of their states (ARGS=--quick: fewer)
#: make check               all tests, a quarter of an hour; also check-full (every machine) and soak (hours)
#: make iso                 build/loft.iso: GRUB for BIOS and 32-bit UEFI, both kernels
#: make clean               removes build/ (with M=DIR also DIR/build)
#:
#: Variables: M=DIR links every .c file below DIR into the kernel, in DIR/build. DEBUG=1 CONTROLS=1
#: HIGHMEM=0 LAST_PKMAP=8|32|256 PKMAP_COLORS=4 choose a variant, each in its own folder. CC=gcc-11,
#: LLVM=1 or CROSS_COMPILE=i686-elf- choose the compiler. V=1 shows the commands, WERROR=1 makes warnings
#: errors, YES=1 installs missing tools without asking.

VERSION := 0.1
MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
V ?= 0
Q := $(if $(filter 1,$(V)),,@)

# --- M=DIR, and names that make cannot have -----------------------------------------------------------
# A name is only a name, whatever is in it: make never expands it, and a shell gets it in quotes.
override M := $(value M)
override M_NAME := $(value M_NAME)# the folder that M is a copy of: scripts/module-dir says so
quoted = '$(subst ','\'',$(1))'
M_KIND := $(if $(M),$(if $(M_NAME),plain,$(shell scripts/module-dir check $(call quoted,$(M)))))
$(if $(filter-out plain copy,$(M_KIND)),$(error M=$(M): $(M_KIND)))
ifeq ($(M_KIND),copy)
Makefile: ;
all:
clean: ; @rm -rf build $(call quoted,$(M)/build)
%: ; +@scripts/module-dir build $(call quoted,$(M)) $(call quoted,$@)
else
override M := $(M:%/=%)

# --- the toolchain: gcc that takes -m32, a cross gcc, or clang --------------------------------------
takes_m32 = $(shell $(1) -m32 -x c -c -o /dev/null /dev/null 2>/dev/null && echo $(1))
ifeq ($(LLVM),1)
  CC := $(firstword $(foreach c,clang clang-14 clang-15 clang-16 clang-17 clang-18,$(shell command -v $(c) 2>/dev/null)) clang)
else ifdef CROSS_COMPILE
  CC := $(CROSS_COMPILE)gcc
else ifeq ($(origin CC),default)
  CC := $(firstword $(foreach c,gcc i686-elf-gcc i686-linux-gnu-gcc clang,$(call takes_m32,$(c))) gcc)
  CROSS_COMPILE := $(if $(filter i686-%,$(CC)),$(CC:gcc=))
  # The last resort brings its tools: binutils beside it, if any, may be for another machine.
  LLVM := $(if $(filter clang,$(CC)),1)
endif
IS_CLANG := $(findstring clang,$(shell $(CC) --version 2>/dev/null))
LLVM_SUFFIX := $(patsubst clang%,%,$(if $(IS_CLANG),$(notdir $(CC)),clang))
find_tool = $(or $(firstword $(foreach t,$(1),$(shell command -v $(t) 2>/dev/null))),$(lastword $(1)))
ifeq ($(LLVM),1)
  LD := $(call find_tool,ld.lld$(LLVM_SUFFIX) ld.lld ld.lld-14)
  NM := $(call find_tool,llvm-nm$(LLVM_SUFFIX) llvm-nm llvm-nm-14 nm)
  OBJDUMP := $(call find_tool,llvm-objdump$(LLVM_SUFFIX) llvm-objdump llvm-objdump-14 objdump)
  READELF := $(call find_tool,llvm-readelf$(LLVM_SUFFIX) llvm-readelf llvm-readelf-14 readelf)
else
  LD := $(CROSS_COMPILE)ld
  NM := $(CROSS_COMPILE)nm
  OBJDUMP := $(CROSS_COMPILE)objdump
  READELF := $(CROSS_COMPILE)readelf
endif
HOSTCC ?= cc

# --- the variant ------------------------------------------------------------------------------------
FORMATS := i386 i386-pae
VARIANT := $(if $(filter 1,$(DEBUG)),-debug)$(if $(filter 1,$(CONTROLS)),-controls)$(if $(filter 0,$(HIGHMEM)),-nohighmem)
VARIANT := $(VARIANT)$(if $(LAST_PKMAP),-pkmap$(LAST_PKMAP))$(if $(PKMAP_COLORS),-colors$(PKMAP_COLORS))$(if $(ANALYZE),-analyze)
$(if $(filter-out 8 32 256,$(LAST_PKMAP)),$(error LAST_PKMAP=$(LAST_PKMAP): only 8, 32 or 256))
$(if $(filter-out 4,$(PKMAP_COLORS)),$(error PKMAP_COLORS=$(PKMAP_COLORS): only 4))
OUT := $(if $(M),$(M)/build,build)/$(FORMAT)$(VARIANT)

CONFIG := $(if $(filter i386-pae,$(FORMAT)),-DCONFIG_PAE) $(if $(filter 1,$(DEBUG)),-DCONFIG_DEBUG)
CONFIG += $(if $(filter 1,$(CONTROLS)),-DCONFIG_CONTROLS) $(if $(filter 0,$(HIGHMEM)),,-DCONFIG_HIGHMEM)
CONFIG += $(if $(LAST_PKMAP),-DCONFIG_LAST_PKMAP=$(LAST_PKMAP)) $(if $(PKMAP_COLORS),-DCONFIG_PKMAP_COLORS=$(PKMAP_COLORS))
CONFIG += -DLOFT_VERSION='"$(VERSION)"'

# --- flags ------------------------------------------------------------------------------------------
cc_option = $(shell $(CC) $(ARCH) -Werror $(1) -x c -c -o /dev/null /dev/null 2>/dev/null && echo $(1))
ARCH := $(if $(IS_CLANG),--target=i386-elf,-m32) -march=$(if $(filter i386-pae,$(FORMAT)),i686,i486) -mtune=generic
FLAGS = $(ARCH) -nostdinc -I. $(CONFIG)
# Compilers record the folder they run in, as $PWD names it; any folder must give the same bytes.
COMPILE = PWD=/proc/self/cwd $(CC)
CFLAGS_BASE = $(FLAGS) -std=gnu11 -O2 -g -ffreestanding -fno-common -fno-pic -fno-pie -fno-stack-protector \
	-fno-omit-frame-pointer -fno-optimize-sibling-calls -fno-strict-aliasing -fno-asynchronous-unwind-tables \
	-fno-delete-null-pointer-checks -mno-sse -mno-mmx -mno-80387 -mno-red-zone \
	-Wall -Wextra -Wundef -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wwrite-strings -Wpointer-arith -Wno-unused-parameter $(if $(filter 1,$(WERROR)),-Werror) $(if $(ANALYZE),-fanalyzer)
PROBED = $(foreach f,-fcf-protection=none -fno-tree-loop-distribute-patterns -mpreferred-stack-boundary=2 \
	-fno-ipa-icf -fno-jump-tables,$(call cc_option,$(f)))

# --- sources: every .c and .S of the floors, and of M -----------------------------------------------
FLOORS := lib boot kernel mm proc monitor tests bench compat init
SOURCES := $(sort $(shell find $(wildcard $(FLOORS)) -name host -prune -o -name harness -prune -o \
	$(if $(filter 1,$(DEBUG)),,-path kernel/sync/debug -prune -o) -name '*.[cS]' -print))
OBJECTS := $(patsubst %,$(OUT)/%.o,$(SOURCES))
M_SOURCES := $(if $(M),$(sort $(shell cd $(M) && find -L . -path ./build -prune -o -name '*.c' -print | sed 's,^\./,,')))
# A copy's objects are compiled anew each time; lists of dependencies would have its headers' real names.
M_DEPS := $(if $(M_NAME),,-MMD -MP)
M_OBJECTS := $(patsubst %,$(OUT)/M/%.o,$(M_SOURCES))
COMPAT := $(if $(IS_CLANG),-Wno-unknown-warning-option) -Icompat/linux -include compat/linux/linux/kconfig.h -Wno-missing-prototypes -Wno-sign-compare \
	-Wno-maybe-uninitialized -Wno-unused-but-set-variable -Wno-override-init -Wno-write-strings -Wno-pointer-arith \
	-Wno-pointer-sign -Wno-missing-field-initializers -Werror=implicit-function-declaration -Werror=implicit-int -Werror=incompatible-pointer-types \
	-Werror=return-type

.PHONY: all $(FORMATS) image run check check-full soak iso bench lint gdb verify clean help host-tests FORCE
all: $(FORMATS)
$(FORMATS):
	$(Q)$(MAKE) image FORMAT=$@

ifdef FORMAT
PROBED := $(PROBED)
CFLAGS := $(CFLAGS_BASE) $(PROBED)
# Most of a build goes into the tests, and nothing waits for them.
CFLAGS_TESTS := -O1 $(call cc_option,-fno-var-tracking-assignments)
image: $(OUT)/loft.elf
objects: $(OBJECTS) # for scripts/lint

# Rewritten only when what they say has changed. Every object depends on the flags; the image on the
# names of its sources, too: a list that lost one has no file that is newer.
KEEP_IF_SAME = cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(OUT)/flags: FORCE
	@mkdir -p $(@D) 2>/dev/null && test -w $(@D) || { echo "nothing can be built: you may not write to $(@D) (use a copy of your own)" >&2; exit 1; }
	@printf '%s\n' "$(shell $(CC) --version | head -n 1) $(subst ",\",$(CC) $(CFLAGS))" "tests: $(CFLAGS_TESTS)" > $@.new; $(KEEP_IF_SAME)

$(OUT)/objects: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(OBJECTS) $(M_OBJECTS) > $@.new; $(KEEP_IF_SAME)

$(OUT)/tests/%.o: private CFLAGS += $(CFLAGS_TESTS)
# Benchmarks, and the tests of Linux's words, are foreign sources, as far as they can see.
$(OUT)/bench/operations.c.o: private CFLAGS += $(COMPAT)
$(OUT)/compat/linux/tests/%.o: private CFLAGS += $(CFLAGS_TESTS) $(COMPAT)

$(OUT)/%.c.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	@echo '  CC      $(OUT)/$*.o' >&2
	$(Q)$(COMPILE) $(CFLAGS) -MMD -MP -c -o $@ $<

# The assembler's .incbin is not in its .d file.
$(OUT)/tests/boot_corpus.S.o: $(wildcard tests/corpus/*.bin)

$(OUT)/%.S.o: %.S $(OUT)/flags
	@mkdir -p $(@D)
	@echo '  AS      $(OUT)/$*.o' >&2
	$(Q)$(COMPILE) $(FLAGS) -g -MMD -MP -c -o $@ $<

$(OUT)/M/%.o: $(M)/% $(OUT)/flags $(if $(M_NAME),FORCE)
	@mkdir -p $(@D)
	@echo '  CC [M]  $<' >&2
	$(Q)$(COMPILE) $(CFLAGS) $(COMPAT) -DMODULE_FILE -DKBUILD_MODNAME='"$(basename $(notdir $*))"' \
		-I$(dir $<) -I$(M) -I$(M)/include $(call quoted,-ffile-prefix-map=$(M)=$(subst =,_,$(or $(M_NAME),$(M)))) $(M_DEPS) -c -o $@ $<

$(OUT)/linker.ld: linker.ld boot/layout.h $(OUT)/flags
	$(Q)$(CC) $(FLAGS) -Ui386 -E -P -x c -o $@ $<

# Linked twice: the first image's functions become the symbol table of the second.
LINK = $(LD) -m elf_i386 -nostdlib -static --build-id=none -z noexecstack -T $(OUT)/linker.ld
$(OUT)/pass1.elf: $(OBJECTS) $(M_OBJECTS) $(OUT)/linker.ld $(OUT)/objects
	$(Q)$(LINK) -o $@ $(OBJECTS) $(M_OBJECTS)

$(OUT)/ksyms.S: $(OUT)/pass1.elf scripts/mksyms.awk
	$(Q)$(NM) -n $< | awk -f scripts/mksyms.awk > $@

$(OUT)/ksyms.o: $(OUT)/ksyms.S
	$(Q)$(COMPILE) $(FLAGS) -c -o $@ $<

$(OUT)/loft.elf: $(OUT)/pass1.elf $(OUT)/ksyms.o scripts/check-image
	@echo '  LINK    $@' >&2
	$(Q)$(LINK) -Map=$(OUT)/loft.map -o $@ $(OBJECTS) $(M_OBJECTS) $(OUT)/ksyms.o
	$(Q)NM='$(NM)' OBJDUMP='$(OBJDUMP)' READELF='$(READELF)' scripts/check-image $@ $< $(FORMAT)

-include $(OBJECTS:.o=.d) $(if $(M_DEPS),$(M_OBJECTS:.o=.d))
endif

# --- what the user types ----------------------------------------------------------------------------
run: ; $(Q)./run-qemu.sh $(ARGS)
gdb: ; $(Q)scripts/gdb/run $(ARGS)
bench: ; $(Q)./run-qemu.sh --bench $(ARGS)
iso: all ; $(Q)scripts/mkiso build/loft.iso
check check-full soak: ; $(Q)scripts/deps check && scripts/python tests/harness/main.py --tier $@
verify: ; $(Q)scripts/deps verify && verify/run $(ARGS)
host-tests: ; $(Q)$(MAKE) -f tests/host/Makefile HOSTCC='$(HOSTCC)'
lint: ; $(Q)scripts/lint
clean: ; $(Q)rm -rf build $(if $(M),$(M)/build)
help: ; @sed -n 's/^#: \{0,1\}//p' Makefile
endif
