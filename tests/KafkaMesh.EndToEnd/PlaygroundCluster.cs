using System.Diagnostics;
using System.Globalization;

namespace KafkaMesh.EndToEnd;

/// <summary>The cluster in a box, started as the same command that <c>make run</c> uses and stopped with SIGTERM.</summary>
internal sealed class PlaygroundCluster : ITestCluster
{
    private const string NodeLine = "node:       network namespace ";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _state;

    private readonly string _namespacePrefix;

    private PlaygroundCluster(Process process, string state, string namespacePrefix) =>
        (_process, _state, _namespacePrefix, Kubectl) = (process, state, namespacePrefix, new Kubectl(Path.Combine(state, "kubeconfig"), null));

    public Kubectl Kubectl { get; }

    public TestImages Images => TestImages.Default;

    public string SystemNamespace => "kafkamesh-system";

    public static async Task<PlaygroundCluster> StartAsync()
    {
        var images = Repository.Path("out", "images");
        if (!Directory.Exists(images))
            throw new InvalidOperationException("out/images is missing: run `make images` first");
        var state = Directory.CreateTempSubdirectory("kafkamesh-e2e-").FullName;
        var start = new ProcessStartInfo(PlaygroundBinary(), ["up", "--images", images, "--directory", state, .. Version()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Opened first: nothing is left running when it cannot be.
        var log = new StreamWriter(Path.Combine(Directory.CreateDirectory(Repository.Path("out", "test-results")).FullName, "playground.log")) { AutoFlush = true };
        var process = Process.Start(start)!;
        var node = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) => Append(log, line.Data);
        process.OutputDataReceived += (_, line) =>
        {
            Append(log, line.Data);
            if (line.Data is null)
                node.TrySetException(new InvalidOperationException("the playground ended before it was ready: see out/test-results/playground.log"));
            else if (line.Data.StartsWith(NodeLine, StringComparison.Ordinal))
                node.TrySetResult(line.Data[NodeLine.Length..].Trim());
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var nodeNamespace = await node.Task.WaitAsync(StartDeadline);
        return new PlaygroundCluster(process, state, nodeNamespace[..^"node".Length]);
    }

    public async Task<string?> NetworkNamespaceAsync(string @namespace, string pod)
    {
        var address = await Kubectl.RunAsync("get", "pod", pod, "-n", @namespace, "-o", "jsonpath={.status.podIP}");
        foreach (var path in Directory.EnumerateFiles("/run/netns", _namespacePrefix + "*"))
        {
            var addresses = await Command.RunAsync("ip", ["-n", Path.GetFileName(path), "-4", "-o", "address", "show"], null, TimeSpan.FromSeconds(5));
            if (addresses.Output.Contains($" {address}/", StringComparison.Ordinal))
                return path;
        }

        throw new InvalidOperationException($"no network namespace of the playground has the address {address} of pod {@namespace}/{pod}");
    }

    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)], null, TimeSpan.FromSeconds(5));
        await _process.WaitForExitAsync().WaitAsync(StopDeadline);
        _process.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    // Which Kubernetes it is; by default the newest that it knows.
    private static string[] Version() => Environment.GetEnvironmentVariable("KMESH_TEST_MINOR") is { Length: > 0 } minor ? ["--minor", minor] : [];

    private static string PlaygroundBinary()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Repository.Path("tests", "KafkaMesh.Playground", "bin", configuration, "net10.0", "kafkamesh-playground");
    }

    private static void Append(StreamWriter log, string? line)
    {
        if (line is null)
            return;
        lock (log)
            log.WriteLine(line);
    }
}
