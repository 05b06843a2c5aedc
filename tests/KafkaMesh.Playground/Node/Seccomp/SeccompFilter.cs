using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using KafkaMesh.Playground.Node.Launch;

namespace KafkaMesh.Playground.Node.Seccomp;

/// <summary>Compiles <see cref="RuntimeDefaultProfile"/> to the classic BPF program that the kernel runs before every system call (seccomp(2)).</summary>
internal static class SeccompFilter
{
    private const int InstructionSize = 8;
    private const uint NotPermitted = 1;
    private const uint NotImplemented = 38;
    private const uint X86X64 = 0xC000003E;
    private const uint X86 = 0x40000003;
    private const uint X32 = 0x4000003E;
    private const uint Arm64 = 0xC00000B7;
    private const uint Arm = 0x40000028;
    private static readonly ConcurrentDictionary<string, byte[]> Compiled = new(StringComparer.Ordinal);
    private static readonly Lazy<string?> Trial = new(Try);

    /// <summary>The sentence that says why no filter can be made on this machine, or null.</summary>
    public static string? Obstacle => Trial.Value;

    /// <summary>The program for a container whose bounding set holds the capabilities named (as in <c>NET_ADMIN</c>).</summary>
    /// <exception cref="LaunchException">libseccomp is missing, or refused a rule.</exception>
    public static byte[] RuntimeDefault(IReadOnlyCollection<string> capabilities) => Obstacle is { } obstacle
        ? throw new LaunchException("seccomp profile RuntimeDefault: " + obstacle)
        : Compiled.GetOrAdd(string.Join(' ', capabilities.Order(StringComparer.Ordinal)), _ => Compile([.. RuntimeDefaultProfile.Rules(capabilities.ToHashSet())]));

    private static string? Try()
    {
        try
        {
            _ = Compile([new SeccompRule("read")]);
            return null;
        }
        catch (DllNotFoundException)
        {
            return "libseccomp.so.2 is missing: apt-get install libseccomp2";
        }
        catch (LaunchException e)
        {
            return e.Message;
        }
    }

    private static byte[] Compile(IReadOnlyList<SeccompRule> rules)
    {
        var filter = SeccompLibrary.Initialize(SeccompLibrary.Fail(NotPermitted));
        if (filter == 0) throw new LaunchException("libseccomp could not begin a filter");
        try
        {
            foreach (var architecture in Relatives(SeccompLibrary.NativeArchitecture())) Check(SeccompLibrary.AddArchitecture(filter, architecture), "another architecture");
            var highest = 0;
            foreach (var rule in rules)
            {
                var call = SeccompLibrary.Resolve(rule.Call);
                if (call == -1) continue; // newer than this libseccomp: then it is not implemented, see below
                highest = Math.Max(highest, call);
                Add(filter, rule, call);
            }
            return [.. NotImplementedAbove((uint)highest), .. Export(filter)];
        }
        finally
        {
            SeccompLibrary.Release(filter);
        }
    }

    private static unsafe void Add(nint filter, SeccompRule rule, int call)
    {
        var condition = rule.Condition.GetValueOrDefault();
        Check(SeccompLibrary.AddRule(filter, rule.Error is { } error ? SeccompLibrary.Fail(error) : SeccompLibrary.Allow, call, rule.Condition is null ? 0u : 1u, &condition), rule.Call);
    }

    /// <summary>The architectures whose programs the same processor runs too.</summary>
    private static uint[] Relatives(uint architecture) => architecture switch { X86X64 => [X86, X32], Arm64 => [Arm], _ => [] };

    /// <summary>Calls that are younger than the profile: a program that meets "not permitted" gives up, one that meets "not implemented" takes the older way. The
    /// same is done by runc.</summary>
    private static byte[] NotImplementedAbove(uint highest)
    {
        const uint firstOfX32 = 0x40000000; // has numbers of its own beyond this bit
        (ushort Code, byte IfTrue, byte IfFalse, uint Value)[] program =
        [
            (0x20, 0, 0, 4), // load the architecture
            (0x15, 0, 4, SeccompLibrary.NativeArchitecture()), // another one: skip the rest
            (0x20, 0, 0, 0), // load the number
            (0x35, 2, 0, firstOfX32), // at least: skip
            (0x25, 0, 1, highest), // greater: go on, else skip
            (0x06, 0, 0, SeccompLibrary.Fail(NotImplemented)), // return
        ];
        var bytes = new byte[program.Length * InstructionSize];
        for (var i = 0; i < program.Length; i++)
        {
            var at = bytes.AsSpan(i * InstructionSize);
            BinaryPrimitives.WriteUInt16LittleEndian(at, program[i].Code);
            (at[2], at[3]) = (program[i].IfTrue, program[i].IfFalse);
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], program[i].Value);
        }
        return bytes;
    }

    private static byte[] Export(nint filter)
    {
        using var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        Check(SeccompLibrary.Export(filter, (int)file.SafeFileHandle.DangerousGetHandle()), "the program");
        var program = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(program);
        return program;
    }

    private static void Check(int result, string what)
    {
        if (result < 0) throw new LaunchException(string.Create(CultureInfo.InvariantCulture, $"libseccomp refused {what} (error {-result})"));
    }
}
