using System.Net;
using System.Net.Sockets;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Commands;

/// <summary>The built program as a process of its own: what people see who call it wrongly.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "kafkamesh: Required command was not provided (kafkamesh --help lists what there is)")]
    [InlineData("oprator", "kafkamesh: 'oprator' is no command or flag here (kafkamesh --help lists what there is)")]
    [InlineData("operator --metrics-prt 1", "kafkamesh: '--metrics-prt' is no command or flag here (kafkamesh --help lists what there is)")]
    [InlineData("operator --dashboard-auth Basic", "kafkamesh operator: --dashboard-auth: 'Basic' is not accepted; it takes None or Token")]
    [InlineData("operator --pod-ip here", "kafkamesh operator: --pod-ip: 'here' is not accepted; it takes an IP address")]
    [InlineData("operator --metrics-port x", "kafkamesh operator: --metrics-port: 'x' is not accepted; it takes 0 to 65535")]
    [InlineData("operator", "kafkamesh operator: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this process does not run in a pod. "
        + "Outside a pod, name the cluster with --kubeconfig FILE.")]
    public async Task Run_WrongUsage_Exits64WithOneLine(string arguments, string sentence)
    {
        var (code, output) = await RunAsync([], arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(64, code);
        Assert.Equal(sentence + "\n", output);
    }

    [Fact]
    public async Task Run_WrongVariable_Exits64WithOneLine()
    {
        var (code, output) = await RunAsync([("KAFKAMESH_LOG_LEVEL", "loud")], "operator");

        Assert.Equal(64, code);
        Assert.Equal("kafkamesh operator: KAFKAMESH_LOG_LEVEL: 'loud' is not accepted; it takes debug, info, warning or error\n", output);
    }

    [Fact]
    public async Task Run_PortTaken_Exits69WithOneLine()
    {
        using var taken = new TcpListener(IPAddress.IPv6Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var kubeconfig = Path.Combine(Directory.CreateTempSubdirectory("kafkamesh-cli-").FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, """
            {"apiVersion": "v1", "kind": "Config", "current-context": "c",
             "contexts": [{"name": "c", "context": {"cluster": "c", "user": ""}}],
             "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}]}
            """);

        var (code, output) = await RunAsync([], "operator", "--kubeconfig", kubeconfig, "--log-level", "error", "--metrics-port", $"{port}", "--webhook-port", "0", "--dashboard-port", "0");

        Directory.Delete(Path.GetDirectoryName(kubeconfig)!, recursive: true);
        Assert.Equal(69, code);
        Assert.Equal($"kafkamesh operator: cannot listen on port {port} (--metrics-port): Address already in use\n", output);
    }

    private static async Task<(int Code, string Output)> RunAsync((string Name, string Value)[] variables, params string[] arguments)
    {
        var start = BuiltProgram.Describe(arguments);
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("KAFKAMESH_", StringComparison.Ordinal) || k.StartsWith("KUBERNETES_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        var result = await Programs.RunAsync(start);
        return (result.Code, result.Text + result.Errors);
    }
}
