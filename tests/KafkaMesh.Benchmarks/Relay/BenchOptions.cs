using System.Globalization;

namespace KafkaMesh.Benchmarks.Relay;

/// <summary>What one run of the relay bench does.</summary>
/// <param name="Rounds">Undisturbed rounds of every row.</param>
/// <param name="Seconds">How long each relay is under load in a round.</param>
/// <param name="Load">Path of the load generator.</param>
/// <param name="Broker">Path of the broker that answers it.</param>
/// <param name="Real">Path of the program with librdkafka.</param>
/// <param name="Sidecar">Path of the published sidecar.</param>
/// <param name="Only">Rows whose name contains this; empty for all.</param>
/// <param name="Disturbance">A round in which others used more than this many cores is not counted.</param>
internal sealed record BenchOptions(int Rounds, double Seconds, string Load, string Broker, string Real, string Sidecar, string Only, double Disturbance)
{
    /// <summary>Connections of the memory rows: two descriptors each, and a process may hold 20,000.</summary>
    public const int ManyConnections = 4500;

    /// <summary>Reads <c>relay --rounds N --seconds S --programs DIRECTORY --sidecar FILE [--only TEXT] [--disturbance CORES]</c>.</summary>
    /// <exception cref="ArgumentException">Something is missing or wrong; the message is for the user.</exception>
    public static BenchOptions Parse(ReadOnlySpan<string> arguments)
    {
        string programs = "out/bench", sidecar = "out/kafkamesh-proxy", only = "";
        int rounds = 9;
        double seconds = 0.7, disturbance = 0.25;
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            string value = arguments[i + 1];
            switch (arguments[i])
            {
                case "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out rounds) && rounds > 0:
                case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out seconds) && seconds >= 0.1:
                case "--disturbance" when double.TryParse(value, CultureInfo.InvariantCulture, out disturbance) && disturbance > 0:
                    break;
                case "--programs":
                    programs = value;
                    break;
                case "--sidecar":
                    sidecar = value;
                    break;
                case "--only":
                    only = value;
                    break;
                default:
                    throw new ArgumentException($"{arguments[i]} {value}: accepted are --rounds (1 or more), --seconds (0.1 or more), --disturbance (more than 0), --programs, --sidecar, --only");
            }
        }

        return new BenchOptions(
            rounds, seconds, Existing(programs, "load"), Existing(programs, "broker"), Existing(programs, "real"), Existing("", sidecar), only, disturbance);
    }

    private static string Existing(string directory, string file)
    {
        string path = Path.GetFullPath(Path.Combine(directory, file));
        return File.Exists(path) ? path : throw new ArgumentException($"{path} is missing: run it by 'make bench', which builds it");
    }
}
