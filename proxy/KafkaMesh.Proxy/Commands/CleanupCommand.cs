using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Redirect;

namespace KafkaMesh.Proxy.Commands;

/// <summary><c>kafkamesh-proxy cleanup</c>: removes what <c>init</c> wrote, by whichever backend, and nothing else.</summary>
internal sealed class CleanupCommand : ICommand
{
    public string Name => "cleanup";

    public string Summary => "Remove the rules that init wrote, of every backend.";

    public string Help => CommandLine.Describe("cleanup [--flag value]...", Summary, CleanupFlags.All);

    public int Run(IReadOnlyList<string> arguments, CommandConsole console)
    {
        var flags = new FlagReader(CleanupFlags.All, arguments, console.Environment);
        bool isDryRun = flags.Switch(CleanupFlags.DryRun);
        if (flags.Error is not null)
        {
            return console.Fail(ExitCode.Usage, flags.Error);
        }

        console.WarnOfUnknownVariables();
        if (!PodNetwork.MayChangeRules())
        {
            return console.Fail(ExitCode.NoPermission, "the capability NET_ADMIN is missing: run cleanup as uid 0 with NET_ADMIN (and NET_RAW for iptables-legacy)");
        }

        using var taken = RedirectLock.Take(RedirectLock.DefaultLimit);
        RedirectOutcome[] outcomes = [.. Enum.GetValues<RedirectBackend>().SelectMany(backend => RedirectTables.Of(backend).Remove(isDryRun))];
        foreach (RedirectOutcome outcome in outcomes.Where(outcome => outcome.IsApplied && !outcome.WasInPlace))
        {
            console.Out.WriteLine($"Rules {(isDryRun ? "to remove" : "removed")} ({outcome.Program})");
            foreach (string line in outcome.Rules)
            {
                console.Out.WriteLine($"  {line}");
            }
        }

        string[] failures = [.. outcomes.Where(outcome => !outcome.IsApplied).Select(outcome => outcome.Reason)];
        if (failures.Length > 0)
        {
            return console.Fail(ExitCode.Unavailable, $"rules are still in place: {string.Join("; ", failures)}");
        }

        if (outcomes.Length == 0)
        {
            string path = Environment.GetEnvironmentVariable("PATH") ?? "";
            return console.Fail(ExitCode.Unavailable, $"neither iptables-nft, iptables-legacy nor nft works here (PATH={path}): nothing was looked for");
        }

        if (outcomes.All(outcome => outcome.WasInPlace))
        {
            console.Out.WriteLine($"No rules of ours ({string.Join(", ", outcomes.Select(outcome => outcome.Program))})");
        }

        return ExitCode.Success;
    }
}
