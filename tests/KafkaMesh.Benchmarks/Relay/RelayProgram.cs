using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace KafkaMesh.Benchmarks.Relay;

/// <summary>How to run each relay: one worker, one listener on loopback, one broker behind it.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Command">Program and arguments; empty for a direct connection.</param>
/// <param name="Port">Where clients connect.</param>
/// <param name="AdminPort">Of the sidecar's metrics; 0 for others.</param>
internal sealed record RelayProgram(RelayKind Kind, IReadOnlyList<string> Command, int Port, int AdminPort)
{
    /// <summary>All of them, in the order of the columns.</summary>
    public static IReadOnlyList<RelayKind> Kinds { get; } = Enum.GetValues<RelayKind>();

    /// <summary>Those of a round: another one begins each, so that what drifts within a round falls on each alike.</summary>
    public static IEnumerable<RelayKind> InTurn(int round) => Kinds.Select((_, i) => Kinds[(i + round) % Kinds.Count]);

    /// <summary>Name of the column.</summary>
    public static string Title(RelayKind kind) => kind switch
    {
        RelayKind.Direct => "direct",
        RelayKind.HAProxy => "HAProxy",
        RelayKind.HAProxy64K => "HAProxy 64k",
        RelayKind.Nginx64K => "nginx 64k",
        RelayKind.Sidecar => "sidecar",
        _ => "sidecar, decode off",
    };

    /// <summary>A relay to a broker, with ports of its own; its configuration is written into the directory.</summary>
    public static RelayProgram Make(RelayKind kind, int brokerPort, string sidecar, string directory)
    {
        int port = FreePort();
        switch (kind)
        {
            case RelayKind.Direct:
                return new RelayProgram(kind, [], brokerPort, 0);
            case RelayKind.HAProxy or RelayKind.HAProxy64K:
                string tuning = kind == RelayKind.HAProxy ? "" : "  tune.bufsize 65536\n";
                string haproxy = Write(directory, $"haproxy-{port}.cfg", $"""
                    global
                      nbthread 1
                      maxconn 9000
                    {tuning}defaults
                      mode tcp
                      timeout connect 5s
                      timeout client 1h
                      timeout server 1h
                    listen bench
                      bind 127.0.0.1:{port}
                      server broker 127.0.0.1:{brokerPort}

                    """);
                return new RelayProgram(kind, ["haproxy", "-db", "-f", haproxy], port, 0);
            case RelayKind.Nginx64K:
                string nginx = Write(directory, $"nginx-{port}.conf", $$"""
                    load_module /usr/lib/nginx/modules/ngx_stream_module.so;
                    daemon off;
                    worker_processes 1;
                    worker_rlimit_nofile 20000;
                    pid {{directory}}/nginx-{{port}}.pid;
                    error_log {{directory}}/nginx-{{port}}.log error;
                    events { worker_connections 20000; }
                    stream {
                      server {
                        listen 127.0.0.1:{{port}} backlog=4096;
                        proxy_pass 127.0.0.1:{{brokerPort}};
                        proxy_buffer_size 64k;
                        proxy_timeout 1h;
                        tcp_nodelay on;
                      }
                    }

                    """);
                return new RelayProgram(kind, ["nginx", "-e", $"{directory}/nginx-{port}.log", "-c", nginx], port, 0);
            default:
                int admin = FreePort();
                string[] off = kind == RelayKind.Sidecar ? [] : ["--decode", "off"];
                return new RelayProgram(
                    kind,
                    [sidecar, "run", "--forward", $"127.0.0.1:{port}=127.0.0.1:{brokerPort}", "--admin-port", $"{admin}", "--loops", "1", "--drain-timeout", "0", .. off],
                    port,
                    admin);
        }
    }

    /// <summary>Waits until the relay accepts.</summary>
    /// <exception cref="InvalidOperationException">It does not within ten seconds.</exception>
    public void WaitUntilUp()
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Connect(IPAddress.Loopback, Port);
                probe.LingerState = new LingerOption(true, 0);
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10))
            {
                Patience.Pause();
            }
            catch (SocketException e)
            {
                throw new InvalidOperationException($"{Title(Kind)} does not accept on port {Port}: {e.Message}", e);
            }
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string Write(string directory, string name, string text)
    {
        string path = Path.Combine(directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
