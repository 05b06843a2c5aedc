namespace KafkaMesh.Playground.Node.Seccomp;

/// <summary>
/// What <c>seccompProfile: RuntimeDefault</c> lets through: the calls of containerd's default profile (2.x: without io_uring and sockets to the hypervisor), some of
/// them only with the capability that they need anyway. Everything else is answered with EPERM. Not in it, as nowhere in such profiles without CAP_SYS_ADMIN:
/// mounts, new namespaces, keys, BPF, kernel modules, the clock.
/// </summary>
internal static class RuntimeDefaultProfile
{
    private const uint NotImplemented = 38;
    private const ulong VirtualMachineSockets = 40;

    /// <summary>CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.</summary>
    private const ulong NewNamespaces = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;

    /// <summary>The values of personality(2) that change nothing dangerous: Linux, 32-bit Linux, both with UNAME26, and the question.</summary>
    private static readonly ulong[] Personalities = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];

    private const string Files = """
        access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fadvise64_64 fallocate fanotify_mark
        fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr flock fremovexattr fsetxattr fstat fstat64 fstatat64
        fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd getdents getdents64 getxattr inotify_add_watch inotify_init inotify_init1 inotify_rm_watch ioctl
        lchown lchown32 lgetxattr link linkat listxattr llistxattr _llseek lremovexattr lseek lsetxattr lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at
        newfstatat open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr rename renameat
        renameat2 rmdir sendfile sendfile64 setxattr splice stat stat64 statfs statfs64 statx symlink symlinkat sync sync_file_range syncfs tee truncate truncate64
        umask unlink unlinkat utime utimensat utimensat_time64 utimes vmsplice write writev cachestat
        io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit ioprio_get ioprio_set
        landlock_add_rule landlock_create_ruleset landlock_restrict_self
        """;

    private const string Memory = """
        brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mmap2 mprotect mremap mseal msync munlock munlockall munmap
        pkey_alloc pkey_free pkey_mprotect process_mrelease remap_file_pages shmat shmctl shmdt shmget
        """;

    private const string Processes = """
        capget capset execve execveat exit exit_group fork futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake getcpu getegid getegid32 geteuid geteuid32
        getgid getgid32 getgroups getgroups32 getpgid getpgrp getpid getppid getpriority getresgid getresgid32 getresuid getresuid32 getrlimit get_robust_list getrusage
        getsid get_thread_area gettid getuid getuid32 kill pause pidfd_open pidfd_send_signal prctl prlimit64 ptrace restart_syscall rseq rt_sigaction rt_sigpending
        rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_getaffinity sched_getattr sched_getparam
        sched_get_priority_max sched_get_priority_min sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr
        sched_setparam sched_setscheduler sched_yield seccomp setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setpgid setpriority
        setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit set_robust_list setsid set_thread_area set_tid_address setuid
        setuid32 sigaltstack signalfd signalfd4 sigprocmask sigreturn tgkill tkill ugetrlimit vfork wait4 waitid waitpid
        """;

    private const string Communication = """
        accept accept4 bind connect epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 getpeername
        getsockname getsockopt ipc listen mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink msgctl msgget
        msgrcv msgsnd _newselect poll ppoll ppoll_time64 pselect6 pselect6_time64 recv recvfrom recvmmsg recvmmsg_time64 recvmsg select semctl semget semop semtimedop
        semtimedop_time64 send sendmmsg sendmsg sendto setsockopt shutdown socketcall socketpair
        """;

    private const string TimeAndMachine = """
        adjtimex alarm clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64 getitimer
        getrandom gettimeofday nanosleep setitimer sysinfo time timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64
        timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times uname
        arch_prctl modify_ldt arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls
        """;

    /// <summary>What a capability opens besides. clone and clone3 belong to the first: without it they are let through only where they make no namespace.</summary>
    private static readonly Dictionary<string, string> WithCapability = new(StringComparer.Ordinal)
    {
        ["SYS_ADMIN"] = """
            bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie mount mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd
            setdomainname sethostname setns syslog umount umount2 unshare
            """,
        ["BPF"] = "bpf",
        ["DAC_READ_SEARCH"] = "open_by_handle_at",
        ["PERFMON"] = "perf_event_open",
        ["SYS_BOOT"] = "reboot",
        ["SYS_CHROOT"] = "chroot",
        ["SYSLOG"] = "syslog",
        ["SYS_MODULE"] = "delete_module init_module finit_module",
        ["SYS_PACCT"] = "acct",
        ["SYS_PTRACE"] = "kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev",
        ["SYS_RAWIO"] = "iopl ioperm",
        ["SYS_TIME"] = "settimeofday stime clock_settime clock_settime64",
        ["SYS_TTY_CONFIG"] = "vhangup",
    };

    /// <summary>The rules for a container with these capabilities, named without <c>CAP_</c>.</summary>
    public static IEnumerable<SeccompRule> Rules(IReadOnlySet<string> capabilities)
    {
        foreach (var call in new[] { Files, Memory, Processes, Communication, TimeAndMachine }.SelectMany(Names)) yield return new SeccompRule(call);
        foreach (var call in WithCapability.Where(entry => capabilities.Contains(entry.Key)).SelectMany(entry => Names(entry.Value)).Distinct()) yield return new SeccompRule(call);
        foreach (var value in Personalities) yield return new SeccompRule("personality", SeccompCondition.FirstIs(value));
        yield return new SeccompRule("socket", SeccompCondition.FirstIsNot(VirtualMachineSockets));
        if (capabilities.Contains("SYS_ADMIN")) yield break;
        yield return new SeccompRule("clone", SeccompCondition.FirstHasNoneOf(NewNamespaces));
        // Its flags lie in memory, where no filter looks; a C library that is told so uses clone.
        yield return new SeccompRule("clone3", Error: NotImplemented);
    }

    private static string[] Names(string list) => list.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
