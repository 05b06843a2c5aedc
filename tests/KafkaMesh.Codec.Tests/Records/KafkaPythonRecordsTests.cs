using System.Diagnostics;
using System.Text.Json;

namespace KafkaMesh.Codec.Tests.Records;

/// <summary>Another implementation's records: kafka-python writes them in every format and compression, the reader must find what was put in.</summary>
public sealed class KafkaPythonRecordsTests
{
    private const int Fields = (3 * 13) + 2;

    public static TheoryData<int> Seeds => [1, 2, 20190603];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Read_FieldsOfKafkaPython_GivesWhatWasPutIn(int seed)
    {
        var lines = WriteBatches(seed);
        Assert.Equal(Fields, lines.Length);
        foreach (var line in lines)
        {
            var field = JsonDocument.Parse(line).RootElement;
            var name = field.GetProperty("name").GetString();
            Assert.Equal((name, RecordsError.None), (name, RecordsReader.Read(Convert.FromHexString(field.GetProperty("hex").GetString()!), out var records)));
            Assert.Equal((name, field.GetProperty("records").GetArrayLength()), (name, records.Count));
            foreach (var (expected, record) in field.GetProperty("records").EnumerateArray().Zip(records))
            {
                var read = Spell(record);
                Assert.True(JsonElement.DeepEquals(expected, read), $"{name}: {expected} is not {read}");
            }
        }
    }

    /// <summary>From the magic on every byte is under a checksum; a field that is cut has no records, and is no error.</summary>
    [Fact]
    public void Read_FieldsOfKafkaPythonWithAByteChanged_AreNeverReadAsOtherRecords()
    {
        var random = new Random(20190604);
        foreach (var line in WriteBatches(4))
        {
            var field = JsonDocument.Parse(line).RootElement;
            if (!field.GetProperty("name").GetString()!.EndsWith(" 1", StringComparison.Ordinal)) continue;
            var bytes = Convert.FromHexString(field.GetProperty("hex").GetString()!);
            Assert.Equal(RecordsError.None, RecordsReader.Read(bytes, out _));
            for (var i = 0; i < 300; i++)
            {
                var mutated = (byte[])bytes.Clone();
                mutated[random.Next(16, bytes.Length)] ^= (byte)random.Next(1, 256);
                var error = RecordsReader.Read(mutated, out var records);
                Assert.True(error != RecordsError.None, $"{field.GetProperty("name")} {Convert.ToHexString(mutated)}");
                Assert.Empty(records);
                Assert.Equal(RecordsError.None, RecordsReader.Read(bytes.AsSpan(0, random.Next(bytes.Length)), out records));
                Assert.Empty(records);
            }
        }
    }

    private static JsonElement Spell(KafkaRecord record) => JsonSerializer.SerializeToElement<object?[]>(
        [record.Offset, record.Timestamp, record.Key, record.Value, record.Headers.Select(header => new object?[] { header.Key, header.Value })]);

    private static string[] WriteBatches(int seed)
    {
        var script = Path.Combine(Repository.Root, "tests", "KafkaMesh.Codec.Tests", "Records", "write_batches.py");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, $"{seed}"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = python.StandardError.ReadToEndAsync();
        var lines = python.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, $"write_batches.py needs the Debian packages that its first lines name: {errors.Result}");
        return lines;
    }
}
