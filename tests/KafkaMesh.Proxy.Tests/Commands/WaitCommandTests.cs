using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Proxy.Commands;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Commands;

/// <summary>The hook that holds an application back until a plain sidecar container listens.</summary>
public sealed class WaitCommandTests : IDisposable
{
    private readonly TcpListener _admin = new(IPAddress.Loopback, 0);
    private readonly StringWriter _error = new();

    private readonly IPEndPoint _address;

    public WaitCommandTests()
    {
        _admin.Start();
        _address = (IPEndPoint)_admin.LocalEndpoint;
    }

    [Fact]
    public void Wait_RunningSidecar_EndsWithSuccess()
    {
        using ProxyProcess proxy = ProxyProcess.Start([], "run", "--forward", $"127.0.0.1:0={_address}", "--admin-port", "0", "--drain-timeout", "0");

        (int exitCode, IReadOnlyList<string> output) = ProxyProcess.Run("wait", "--admin-port", Text(proxy.Address(", admin").Port));

        Assert.Equal((0, ""), (exitCode, string.Join('\n', output)));
        Assert.Equal(0, proxy.Stop());
    }

    [Fact]
    public async Task Wait_SidecarGetsReadyLater_AsksAgainUntilItIs()
    {
        Task<int> wait = RunAsync("--wait-timeout", "1m");

        Assert.StartsWith("GET /readyz HTTP/1.1\r\n", await AnswerAsync("503 Service Unavailable"), StringComparison.Ordinal);
        Assert.StartsWith("GET /readyz HTTP/1.1\r\n", await AnswerAsync("503 Service Unavailable"), StringComparison.Ordinal);
        Assert.False(wait.IsCompleted);
        await AnswerAsync("200 OK");

        Assert.Equal(ExitCode.Success, await wait.WaitAsync(RelayRig.Deadline, TestContext.Current.CancellationToken));
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task Wait_NeverReady_SaysTheLastAnswer()
    {
        Task<int> wait = RunAsync("--wait-timeout", "2s");

        await AnswerAsync("503 Service Unavailable");

        // Nobody takes the next connection.
        Assert.Equal(ExitCode.Unavailable, await wait.WaitAsync(RelayRig.Deadline, TestContext.Current.CancellationToken));
        Assert.Equal($"kafkamesh-proxy: the sidecar was not ready within 2 s: {_address} answers 503\n", _error.ToString());
    }

    [Fact]
    public async Task Wait_NobodyAnswers_EndsAtItsTime()
    {
        Assert.Equal(ExitCode.Unavailable, await RunAsync("--wait-timeout", "100ms").WaitAsync(RelayRig.Deadline, TestContext.Current.CancellationToken));
        Assert.Equal($"kafkamesh-proxy: the sidecar was not ready within 0.1 s: {_address} does not answer\n", _error.ToString());
    }

    [Fact]
    public async Task Wait_NobodyListens_SaysSo()
    {
        // Bound, so that nobody else gets the port, and not listening.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = (IPEndPoint)bound.LocalEndPoint!;

        Assert.Equal(ExitCode.Unavailable, await RunAsync("--wait-timeout", "2s", "--admin-port", Text(address.Port)).WaitAsync(RelayRig.Deadline, TestContext.Current.CancellationToken));
        Assert.Equal($"kafkamesh-proxy: the sidecar was not ready within 2 s: {address} refuses connections\n", _error.ToString());
    }

    [Theory]
    [InlineData("\u0015\u0003\u0003\0\u0002\u0002\u0028")]
    [InlineData("")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /livez\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: ", 100_000)]
    public async Task Wait_SomethingElseOnThePort_IsNotReady(string bytes, int more = 0)
    {
        Task<int> wait = RunAsync("--wait-timeout", "2s");
        await ReplyAsync(bytes + new string('x', more));

        Assert.Equal(ExitCode.Unavailable, await wait.WaitAsync(RelayRig.Deadline, TestContext.Current.CancellationToken));
        Assert.Contains($"{_address} ", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--admin-port", "0", "'0' is no value for --admin-port: accepted is a port, 1-65535")]
    [InlineData("--wait-timeout", "2h", "'2h' is no value for --wait-timeout: accepted is seconds, or a number with ms, s or m, at most an hour")]
    [InlineData("--port", "1", "'--port' is no flag of this command: accepted are --admin-address --admin-port --wait-timeout")]
    public void Wait_WrongFlag_SaysWhatIsAccepted(string flag, string value, string sentence)
    {
        int exitCode = new WaitCommand().Run([flag, value], new CommandConsole(TextWriter.Null, _error, new Dictionary<string, string>()));

        Assert.Equal((ExitCode.Usage, $"kafkamesh-proxy: {sentence}\n"), (exitCode, _error.ToString()));
    }

    public void Dispose() => _admin.Dispose();

    // As a kubelet runs it: the sidecar's variables say where it is.
    private Task<int> RunAsync(params string[] arguments)
    {
        var environment = new Dictionary<string, string> { ["KAFKAMESH_ADMIN_PORT"] = Text(_address.Port) };
        return Task.Run(() => new WaitCommand().Run(arguments, new CommandConsole(TextWriter.Null, _error, environment)));
    }

    private Task<string> AnswerAsync(string status) => ReplyAsync($"HTTP/1.1 {status}\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n");

    private async Task<string> ReplyAsync(string answer)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(RelayRig.Deadline);
        using Socket caller = await _admin.AcceptSocketAsync(deadline.Token);
        var request = new StringBuilder();
        byte[] buffer = new byte[1024];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await caller.ReceiveAsync(buffer, deadline.Token) is var count and > 0)
        {
            request.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        try
        {
            await caller.SendAsync(Encoding.Latin1.GetBytes(answer), deadline.Token);
        }
        catch (SocketException)
        {
            // The caller may give up before it has read all of an answer that is too long.
        }

        return request.ToString();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
