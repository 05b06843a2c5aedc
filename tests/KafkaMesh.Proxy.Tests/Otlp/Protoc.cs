using System.Diagnostics;
using System.Text;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Otlp;

/// <summary>Google's protoc decodes and encodes OTLP messages: a reader and writer that the sidecar's has nothing in common with.</summary>
internal static class Protoc
{
    public static bool IsInstalled => File.Exists("/usr/bin/protoc");

    /// <summary>A message as tree; fails the test when it is malformed or has a field that OTLP has not.</summary>
    public static TextProto Decode(ReadOnlyMemory<byte> request)
    {
        var text = Encoding.UTF8.GetString(Run("--decode=ExportMetricsServiceRequest", request.Span));
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.DoesNotContain(lines, line => char.IsDigit(line.TrimStart()[0]));
        return TextProto.Read(lines);
    }

    /// <summary>A response from its text form.</summary>
    public static byte[] Encode(string response) => Run("--encode=ExportMetricsServiceResponse", Encoding.UTF8.GetBytes(response));

    private static byte[] Run(string mode, ReadOnlySpan<byte> input)
    {
        var directory = Path.Combine(TestPaths.Root, "tests/KafkaMesh.Proxy.Tests/Otlp/testdata");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/protoc", [mode, $"--proto_path={directory}", "otlp.proto"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = new MemoryStream();
        var reading = Task.Run(() => process.StandardOutput.BaseStream.CopyTo(output));
        var complaints = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        Assert.True(reading.Wait(TimeSpan.FromSeconds(30)));
        process.WaitForExit();
        Assert.Equal("", complaints.Result);
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
