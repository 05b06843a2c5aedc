using System.Net;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Metrics;

public class BrokerTableTests
{
    [Fact]
    public void ToList_ConnectionsThatCameWentAndFailed_CountsThemByDirectionAndAddress()
    {
        var table = new BrokerTable();
        var kept = table.Open(RelayDirection.Outbound, Broker(1));
        Assert.Same(kept, table.Open(RelayDirection.Outbound, Broker(1)));
        table.Close(kept, isFailed: false);
        table.Close(table.Open(RelayDirection.Outbound, new IPEndPoint(IPAddress.IPv6Loopback, 9092)), isFailed: true);
        table.Open(RelayDirection.Inbound, Broker(1));

        Assert.Equal(
            [
                new BrokerStats { Direction = "inbound", Address = "10.0.0.1:9092", Open = 1, Total = 1 },
                new BrokerStats { Direction = "outbound", Address = "10.0.0.1:9092", Open = 1, Total = 2 },
                new BrokerStats { Direction = "outbound", Address = "[::1]:9092", Total = 1, ConnectErrors = 1 },
            ],
            table.ToList());
    }

    [Fact]
    public void Open_MoreAddressesThanThereIsRoomFor_TheIdleOneUsedLeastRecentlyMakesRoomAndNothingIsLost()
    {
        var table = new BrokerTable();
        var held = table.Open(RelayDirection.Outbound, Broker(0));
        for (var i = 1; i < 1000; i++)
            table.Close(table.Open(RelayDirection.Outbound, Broker(i)), isFailed: i % 2 == 0);

        var list = table.ToList();
        Assert.Equal(BrokerStats.MaxBrokers + 1, list.Count);
        Assert.Equal(1000, list.Sum(broker => broker.Total));
        Assert.Equal(499, list.Sum(broker => broker.ConnectErrors));
        Assert.Equal(1, list.Single(broker => broker.Address == "10.0.0.0:9092").Open);
        Assert.Contains(list, broker => broker.Address == "10.0.3.231:9092");
        Assert.Equal(872, list.Single(broker => broker.Address == WellKnownNames.OtherLabel).Total);
        table.Close(held, isFailed: false);
        Assert.Equal(0, table.ToList().Sum(broker => broker.Open));
    }

    [Fact]
    public void Open_FullOfOpenConnections_CountsUnderOther()
    {
        var table = new BrokerTable();
        var open = Enumerable.Range(0, 200).Select(i => table.Open(RelayDirection.Outbound, Broker(i))).ToList();
        Assert.Equal(200 - BrokerStats.MaxBrokers, table.ToList().Single(broker => broker.Address == WellKnownNames.OtherLabel).Open);
        open.ForEach(broker => table.Close(broker, isFailed: false));
        Assert.All(table.ToList(), broker => Assert.Equal(0, broker.Open));
    }

    private static IPEndPoint Broker(int number) => new(new IPAddress([10, 0, (byte)(number >> 8), (byte)number]), 9092);
}
