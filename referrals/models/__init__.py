"""Handing a family on to a service, to a closed loop."""

from referrals.models.consent import Consent
from referrals.models.feeling import ReferralFeeling
from referrals.models.link import ReceiverLink
from referrals.models.receiver import Receiver
from referrals.models.referral import Referral, ReferralStep

__all__ = ["Consent", "Receiver", "ReceiverLink", "Referral", "ReferralFeeling", "ReferralStep"]
